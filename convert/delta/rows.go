package delta

// checkpointRow is a row of a checkpoint ("Checkpoint Schema"): one of its fields is set.
// Strings are plain, since not every reader takes parquet-go's default. What an action must
// have is not optional: parquet-go would write zeros as nulls.
type checkpointRow struct {
	Txn      *txnRow      `parquet:"txn,optional"`
	Add      *addRow      `parquet:"add,optional"`
	Remove   *removeRow   `parquet:"remove,optional"`
	Metadata *metadataRow `parquet:"metaData,optional"`
	Protocol *protocolRow `parquet:"protocol,optional"`
}

// headRow is a checkpointRow of which only what is no file is read.
type headRow struct {
	Txn      *txnRow      `parquet:"txn,optional"`
	Metadata *metadataRow `parquet:"metaData,optional"`
	Protocol *protocolRow `parquet:"protocol,optional"`
}

type txnRow struct {
	AppID       string `parquet:"appId,plain"`
	Version     int64  `parquet:"version"`
	LastUpdated *int64 `parquet:"lastUpdated,optional"`
}

type addRow struct {
	Path             string             `parquet:"path,plain"`
	PartitionValues  map[string]*string `parquet:"partitionValues,optional" parquet-key:",plain" parquet-value:",optional,plain"`
	Size             int64              `parquet:"size"`
	ModificationTime int64              `parquet:"modificationTime"`
	DataChange       bool               `parquet:"dataChange"`
	Stats            *string            `parquet:"stats,optional,plain"`
}

type removeRow struct {
	Path              string `parquet:"path,plain"`
	DeletionTimestamp int64  `parquet:"deletionTimestamp"`
	DataChange        bool   `parquet:"dataChange"`
}

type formatRow struct {
	Provider string            `parquet:"provider,plain"`
	Options  map[string]string `parquet:"options,optional" parquet-key:",plain" parquet-value:",plain"`
}

type metadataRow struct {
	ID               string            `parquet:"id,plain"`
	Format           *formatRow        `parquet:"format,optional"`
	SchemaString     string            `parquet:"schemaString,plain"`
	PartitionColumns []string          `parquet:"partitionColumns,list"`
	CreatedTime      int64             `parquet:"createdTime"`
	Configuration    map[string]string `parquet:"configuration,optional" parquet-key:",plain" parquet-value:",plain"`
}

type protocolRow struct {
	MinReader int32 `parquet:"minReaderVersion"`
	MinWriter int32 `parquet:"minWriterVersion"`
}
