package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// arrivals are what an event says has arrived.
type arrivals struct {
	manifests []string // s3:// addresses, each once
	ignored   []string // a sentence for each object, or event, that is no report's manifest
}

// event has the members of the events that say that an object was created. Which of them
// are there tells their form.
type event struct {
	// An event of EventBridge. Its key is the object's.
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Detail     json.RawMessage `json:"detail"` // an object, where these two say so
	// A notification of S3, or what a queue or a topic hands on. Keys are URL-encoded.
	Records []record `json:"Records"`
	// What S3 sends when notifications are turned on.
	Event string `json:"Event"`
	// What a topic hands on to a queue: another event, as a string.
	Message json.RawMessage `json:"Message"`
}

// record is a part of a notification.
type record struct {
	EventSource string          `json:"eventSource"` // by S3 and SQS; SNS spells it EventSource
	EventName   string          `json:"eventName"`
	S3          object          `json:"s3"`
	Body        json.RawMessage `json:"body"` // by SQS: another event, as a string
	SNS         struct {
		Message json.RawMessage `json:"Message"` // by SNS: the same
	} `json:"Sns"`
}

type object struct {
	Bucket struct {
		Name string `json:"name"`
	} `json:"bucket"`
	Object struct {
		Key string `json:"key"`
	} `json:"object"`
}

// maxNesting is how many queues and topics may hand an event on to each other.
const maxNesting = 4

// parseEvent returns what an event says has arrived.
func parseEvent(data []byte) (*arrivals, error) {
	a := &arrivals{}
	if err := a.parse(data, 0); err != nil {
		return nil, fmt.Errorf("read event: %w", err)
	}
	return a, nil
}

func (a *arrivals) parse(data []byte, nesting int) error {
	if nesting > maxNesting {
		return errors.New("it is nested too deeply")
	}
	if strings.HasPrefix(strings.TrimLeft(string(data), " \t\r\n"), "[") { // of a pipe of EventBridge
		var all []json.RawMessage
		if err := json.Unmarshal(data, &all); err != nil {
			return err
		}
		return each(all, func(one json.RawMessage) error { return a.parse(one, nesting+1) })
	}
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	switch {
	case e.Records != nil:
		return each(e.Records, func(r record) error { return a.record(r, nesting) })
	case e.Event == "s3:TestEvent":
		a.ignore("S3 only tests whether its notifications arrive")
	case e.Source == "aws.s3" && e.DetailType == "Object Created":
		var o object
		if err := json.Unmarshal(e.Detail, &o); err != nil {
			return err
		}
		return a.add(o.Bucket.Name, o.Object.Key)
	case e.DetailType != "" || e.Source != "":
		a.ignore(fmt.Sprintf("an event %s of %s says of no object that it was created", storage.Shown(e.DetailType), storage.Shown(e.Source)))
	case e.Message != nil:
		return a.quoted(e.Message, nesting)
	default:
		return errors.New("it is neither an event of EventBridge nor a notification of S3")
	}
	return nil
}

// record adds what a part of a notification says.
func (a *arrivals) record(r record, nesting int) error {
	for _, inner := range []json.RawMessage{r.Body, r.SNS.Message} {
		if inner == nil {
			continue
		}
		return a.quoted(inner, nesting)
	}
	if r.EventSource != "aws:s3" {
		return fmt.Errorf("a record is of %s, which does not tell of objects of S3", storage.Shown(r.EventSource))
	}
	if !strings.HasPrefix(r.EventName, "ObjectCreated:") {
		a.ignore(fmt.Sprintf("a notification %s says of no object that it was created", storage.Shown(r.EventName)))
		return nil
	}
	key, err := url.QueryUnescape(r.S3.Object.Key)
	if err != nil {
		return fmt.Errorf("decode key: %w", err)
	}
	return a.add(r.S3.Bucket.Name, key)
}

// quoted adds what an event says that is a string in another one.
func (a *arrivals) quoted(data []byte, nesting int) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	return a.parse([]byte(text), nesting+1)
}

// add adds an object that was created.
func (a *arrivals) add(bucket, key string) error {
	if bucket == "" || key == "" {
		return errors.New("it names no object")
	}
	name := "s3://" + bucket + "/" + key
	switch job, rest := schema.SplitJob(key); {
	case job == "" || rest != "manifest.json":
		a.ignore(storage.Shown(name) + " is no manifest of a report: that is called job-<id>/manifest.json")
	case !slices.Contains(a.manifests, name):
		a.manifests = append(a.manifests, name)
	}
	return nil
}

func (a *arrivals) ignore(sentence string) { a.ignored = append(a.ignored, sentence) }

// each calls do for each item until one fails.
func each[T any](items []T, do func(T) error) error {
	for _, item := range items {
		if err := do(item); err != nil {
			return err
		}
	}
	return nil
}
