package reportfile

import (
	"bytes"
	"errors"
	"strings"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// kind is a kind of file that people take for a report's CSV.
type kind struct {
	name string // "is …"
	hint string
	is   func(head []byte) bool
}

// kinds of files, told by how they begin. None begins as the name of a bucket can.
func kindsOfFiles() []kind {
	return []kind{
		{"a zip archive", "unpack it, and name the report that is in it", begins("PK\x03\x04", "PK\x05\x06")},
		{"compressed by gzip twice", "decompress it once with gunzip", begins("\x1f\x8b")},
		{"compressed by zstd", "decompress it with zstd -d; gzip is read as it is", begins("\x28\xb5\x2f\xfd")},
		{"compressed by xz", "decompress it with xz -d; gzip is read as it is", begins("\xfd7zXZ\x00")},
		{"compressed by bzip2", "decompress it with bzip2 -d; gzip is read as it is", isBzip2},
		{"a tar archive", "unpack it, and name the report that is in it", isTar},
		{"a PDF file", "a completion report is CSV: name its manifest.json, or its folder", begins("%PDF-")},
		{"a Parquet file", "a completion report is CSV; a table that was made of one is read by Athena, DuckDB or Spark", isBinary("PAR1")},
		{"an ORC file", "a completion report is CSV: name its manifest.json, or its folder", isBinary("ORC")},
		{"an Avro file", "a completion report is CSV: name its manifest.json, or its folder", begins("Obj\x01")},
		{"an Arrow file", "a completion report is CSV: name its manifest.json, or its folder", isBinary("ARROW1")},
		{"a pointer of Git LFS", "git lfs pull fetches the file that it stands for", begins("version https://git-lfs.github.com/")},
		{"UTF-16 text", "convert it to UTF-8, as by iconv -f UTF-16 -t UTF-8: some programs rewrite what they are shown", begins("\xff\xfe", "\xfe\xff")},
		{"XML or HTML", "it may be an error that was saved in place of the file: get it again", isMarkup},
		{"the manifest of a completion report", "name it manifest.json, as S3 does, in the folder that results/ is in", isJSONWith(`"` + schema.ManifestFormat + `"`)},
		inventory(),
		{"JSON", "a completion report is CSV: name its manifest.json, or its folder", isJSONWith("")},
	}
}

func inventory() kind {
	return kind{"the manifest of an S3 Inventory report", "an inventory lists objects, a completion report says what a job did to them: name the folder job-<uuid> of the job", isInventory}
}

// foreign returns an error where a file that begins like that is no CSV; nil where it
// may be.
func foreign(head []byte, zipped bool) *storage.Error {
	for _, k := range kindsOfFiles() {
		if !k.is(head) {
			continue
		}
		what := "is " + k.name
		if zipped {
			what = "holds, inside of gzip, what " + what
		}
		return Wrong("", errors.New(what+", not the CSV of a report"), k.hint)
	}
	return nil
}

// ManifestHead is how much of a manifest tells that it is another's: these have their
// first members there, indented or not.
const ManifestHead = 4 << 10

// ForeignManifest returns an error where what should be a manifest is something else
// that people take for one; nil where it may be one. It has that head, and names the format
// of a report or does not.
func ForeignManifest(head []byte, named bool) *storage.Error {
	for _, k := range []kind{
		inventory(),
		{"the description of a job", "its report is where Report has Bucket and Prefix, in the folder job-<uuid> there", isJSONWith(`"JobId"`)},
		{"compressed by gzip", "decompress it with gunzip: only result files are read as they are", begins("\x1f\x8b")},
		{"a zip archive", "unpack it, and name the report that is in it", begins("PK\x03\x04")},
		{"XML or HTML", "it may be an error that was saved in place of the file: get it again", isMarkup},
	} {
		if k.is(head) && !named {
			return Wrong("", errors.New("is "+k.name+", not the manifest of a completion report"), k.hint)
		}
	}
	return nil
}

func begins(marks ...string) func([]byte) bool {
	return func(head []byte) bool {
		for _, m := range marks {
			if bytes.HasPrefix(head, []byte(m)) {
				return true
			}
		}
		return false
	}
}

// isBinary tells a mark that could begin the name of a bucket by what follows it.
func isBinary(mark string) func([]byte) bool {
	return func(head []byte) bool {
		return bytes.HasPrefix(head, []byte(mark)) && len(head) > len(mark) && head[len(mark)] < ' ' && head[len(mark)] != '\n' && head[len(mark)] != '\r'
	}
}

func isBzip2(head []byte) bool {
	return len(head) > 10 && string(head[:3]) == "BZh" && string(head[4:10]) == "1AY&SY"
}

func isTar(head []byte) bool {
	const at = 257 // https://www.gnu.org/software/tar/manual/html_node/Standard.html
	return len(head) > at+5 && string(head[at:at+5]) == "ustar" && bytes.IndexByte(head[:at], 0) >= 0
}

func isMarkup(head []byte) bool {
	head = text(head)
	return len(head) > 1 && head[0] == '<' && (head[1] == '?' || head[1] == '!' || 'a' <= head[1]|0x20 && head[1]|0x20 <= 'z')
}

// isJSONWith reports whether a file begins as an object or an array of JSON does, and
// has what is looked for in its head.
func isJSONWith(word string) func([]byte) bool {
	return func(head []byte) bool {
		start := text(head)
		if len(start) == 0 || start[0] != '{' && start[0] != '[' || !bytes.Contains(head, []byte(word)) {
			return false
		}
		next := bytes.TrimLeft(start[1:], " \t\r\n")
		return len(next) > 0 && strings.IndexByte(`"{[]}`, next[0]) >= 0
	}
}

// isInventory reports whether a file begins as the manifest.json of S3 Inventory does
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html).
func isInventory(head []byte) bool {
	return isJSONWith(`"sourceBucket"`)(head) && bytes.Contains(head, []byte(`"destinationBucket"`))
}

// text returns where text begins.
func text(head []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
}
