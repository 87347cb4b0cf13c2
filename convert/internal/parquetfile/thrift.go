package parquetfile

import "github.com/parquet-go/parquet-go/encoding/thrift"

// thriftBuffer is bytes to which structures of parquet.thrift are appended.
type thriftBuffer []byte

// Write implements io.Writer.
func (b *thriftBuffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}

// write appends a structure and returns how many bytes it has.
func (b *thriftBuffer) write(v any) (length int, err error) {
	var protocol thrift.CompactProtocol
	start := len(*b)
	err = thrift.NewEncoder(protocol.NewWriter(b)).Encode(v)
	return len(*b) - start, err
}
