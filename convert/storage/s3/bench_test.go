package s3

import (
	"io"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// The server and its proxy run on the same machine and cost more than the store:
// compare, do not quote.
func BenchmarkWrite(b *testing.B) {
	s, err := New(b.Context(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	data := storagetest.Bytes(1, 4*defaultPartSize)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		out, err := s.Create(b.Context(), storage.Join("s3://"+server.Bucket, b.Name()), "")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := out.Write(data); err != nil {
			b.Fatal(err)
		}
		p, err := out.Commit()
		if err == nil {
			err = s.Publish(b.Context(), p)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	s, err := New(b.Context(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	name := storage.Join("s3://"+server.Bucket, b.Name())
	data := storagetest.Bytes(1, 4*defaultPartSize)
	if err := s.Put(b.Context(), name, data); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	buf := make([]byte, 1<<20)
	for b.Loop() {
		r, err := s.Open(b.Context(), name, "")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{r}, buf); err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}
