// Package redact takes secrets out of messages: those of the environment, and those that package
// storage knows by their form.
package redact

import (
	"strings"

	"batchreport/convert/storage"
)

// secretVariables returns the variables of the environment whose values are no
// business of those who read messages.
func secretVariables() []string {
	return []string{"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"}
}

// endpointVariables returns the variables that may hold the address of a server with
// a password in it.
func endpointVariables() []string {
	return []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "BATCHREPORT_ENDPOINT_URL"}
}

// shortestSecret is the length in bytes below which a value is not looked for: it
// would hide parts of words.
const shortestSecret = 8

// Secrets are what is to be hidden wherever it stands.
type Secrets []string

// Of returns the secrets of an environment.
func Of(env func(string) (string, bool)) Secrets {
	var found Secrets
	for _, name := range secretVariables() {
		if value, _ := env(name); len(value) >= shortestSecret {
			found = append(found, value)
		}
	}
	for _, name := range endpointVariables() {
		value, _ := env(name)
		if i := strings.LastIndexByte(value, '@'); i >= 0 {
			user := value[:i]
			if _, after, ok := strings.Cut(user, "://"); ok {
				user = after
			}
			found = append(found, user)
			if _, password, _ := strings.Cut(user, ":"); len(password) >= shortestSecret {
				found = append(found, password)
			}
		}
	}
	return found
}

// Redact returns a message without secrets, whoever made it.
func (s Secrets) Redact(text string) string {
	for _, secret := range s {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return storage.Redact(text)
}
