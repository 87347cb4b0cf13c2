package delta

import (
	"bytes"
	"encoding/json"
)

// Folder is the name of the folder, below DEST, of the log.
const Folder = "_delta_log"

// The versions of the protocol that a log of ours asks for. Writers of version 1 have to
// know nothing but the actions below ("Writer Version Requirements").
const (
	minReader = 1
	minWriter = 1
)

// action is a line of a version: one of its fields is set. Fields that are not known here
// are left out when a line is read, as "Protocol Evolution" allows.
type action struct {
	CommitInfo *commitInfo `json:"commitInfo,omitempty"`
	Protocol   *protocol   `json:"protocol,omitempty"`
	Metadata   *metadata   `json:"metaData,omitempty"`
	Txn        *txn        `json:"txn,omitempty"`
	Add        *add        `json:"add,omitempty"`
	Remove     *remove     `json:"remove,omitempty"`
}

// commitInfo says who has written a version, and why ("Commit Provenance Information").
type commitInfo struct {
	Timestamp  int64             `json:"timestamp"` // in milliseconds
	Operation  string            `json:"operation"`
	Parameters map[string]string `json:"operationParameters"`
	Engine     string            `json:"engineInfo"`
}

type protocol struct {
	MinReader      int32    `json:"minReaderVersion"`
	MinWriter      int32    `json:"minWriterVersion"`
	ReaderFeatures []string `json:"readerFeatures,omitempty"`
	WriterFeatures []string `json:"writerFeatures,omitempty"`
}

// metadata is the action metaData ("Change Metadata").
type metadata struct {
	ID               string            `json:"id"`
	Format           format            `json:"format"`
	SchemaString     string            `json:"schemaString"`
	PartitionColumns []string          `json:"partitionColumns"`
	Configuration    map[string]string `json:"configuration"`
	CreatedTime      int64             `json:"createdTime"` // in milliseconds
}

type format struct {
	Provider string            `json:"provider"`
	Options  map[string]string `json:"options"`
}

type txn struct {
	AppID       string `json:"appId"`
	Version     int64  `json:"version"`
	LastUpdated int64  `json:"lastUpdated"` // in milliseconds
}

// add says that a file belongs to the table from this version on ("Add File and Remove
// File"). A value of a partition that is nil is null.
type add struct {
	Path             string             `json:"path"`
	PartitionValues  map[string]*string `json:"partitionValues"`
	Size             int64              `json:"size"`
	ModificationTime int64              `json:"modificationTime"` // in milliseconds
	DataChange       bool               `json:"dataChange"`
	Stats            string             `json:"stats,omitempty"`
}

// remove says that a file belongs to the table no longer.
type remove struct {
	Path              string `json:"path"`
	DeletionTimestamp int64  `json:"deletionTimestamp"` // in milliseconds
	DataChange        bool   `json:"dataChange"`
}

// appendLine appends an action to a version.
func appendLine(b *bytes.Buffer, a action) error {
	e := json.NewEncoder(b) // it ends the line
	e.SetEscapeHTML(false)
	return e.Encode(a)
}
