// Command versitygw is the S3 server that tests talk to: versitygw with objects as plain
// files, and nothing else of it. The whole program takes twice as long to build, which
// fresh machines wait for; for the same reason go.mod names the versions of the AWS SDK
// that the product has.
//
// It is called as versitygw ADDRESS REGION META DATA, where ADDRESS is a host and a port
// or the path of a socket. The folders in DATA are its buckets. The credentials
// that may do everything are in ROOT_ACCESS_KEY and ROOT_SECRET_KEY, and GET /health
// tells that it is there.
package main

import (
	"log"
	"os"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3api"
	"github.com/versity/versitygw/s3api/middlewares"
)

func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: versitygw ADDRESS REGION META DATA")
	}
	log.Fatal(serve(os.Args[1], os.Args[2], os.Args[3], os.Args[4]))
}

func serve(address, region, metaFolder, data string) error {
	attributes, err := meta.NewSideCar(metaFolder)
	if err != nil {
		return err
	}
	// The numbers are the defaults of versitygw's own command.
	options := posix.PosixOpts{SideCarDir: metaFolder, Concurrency: 5000, IOBufferSize: 1 << 20}
	options.SetNewDirPerm(0o755)
	options.SetNewFilePerm(0o644)
	files, err := posix.New(data, attributes, options)
	if err != nil {
		return err
	}
	root := middlewares.RootUserConfig{Access: os.Getenv("ROOT_ACCESS_KEY"), Secret: os.Getenv("ROOT_SECRET_KEY")}
	users := auth.NewIAMServiceSingle(auth.Account{Access: root.Access, Secret: root.Secret, Role: auth.RoleAdmin})
	server, err := s3api.New(files, root, region, users, nil, nil, nil, nil,
		s3api.WithQuiet(), s3api.WithKeepAlive(), s3api.WithHealth("/health"),
		s3api.WithConcurrencyLimiter(250_000, 100_000), s3api.WithMpMaxParts(10_000))
	if err != nil {
		return err
	}
	return server.ServeMultiPort([]string{address})
}
