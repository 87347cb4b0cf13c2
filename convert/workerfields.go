package convert

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"batchreport/convert/table"
	"batchreport/schema"
)

// setKey decodes the key; where that fails, it is taken as it stands.
func (w *worker) setKey(raw []byte) {
	w.key, w.keyEncoded = raw, nil
	if w.keys == schema.NoEncoding {
		return
	}
	var canonical, ok bool
	if w.scratch, canonical, ok = w.keys.Decode(w.scratch[:0], raw); ok {
		w.key = w.scratch
	}
	// A key that is taken as it stands and is not UTF-8 goes to invalid_utf8, once.
	if !canonical && (ok || utf8.Valid(raw)) {
		w.keyEncoded = raw
	}
}

// setObject tells the object from all others. Its key is that which its escapes give,
// though that be no UTF-8 and so not in the table; one with a malformed escape is taken as
// it stands.
func (w *worker) setObject(r *schema.Record) {
	var canonical bool
	w.objectKey, canonical = w.keys.Identity(w.objectKey[:0], r.Key)
	w.objectID = schema.AppendObject(w.objectID[:0], r.Bucket, w.objectKey, w.versionID)
	w.rawKey = r.Key
	if canonical {
		w.rawKey = nil
	}
}

// setMessage decides whether the row keeps its whole message.
func (w *worker) setMessage(whole []byte, isUTF8 bool) {
	w.resultMessage = whole
	switch w.rawMessage {
	case table.RawDrop:
		w.resultMessage = nil
	case table.RawAuto:
		if isUTF8 && w.message.Rebuilds(whole) {
			w.resultMessage = nil
		}
	}
}

// isUTF8 reports whether all fields of the record are UTF-8.
func (w *worker) isUTF8() bool {
	r := &w.record
	return utf8.Valid(r.ResultMessage) && utf8.Valid(r.Key) && utf8.Valid(r.Bucket) && utf8.Valid(r.VersionID) && utf8.Valid(r.ErrorCode)
}

// moveInvalid moves the values that are not UTF-8 to invalid_utf8. Those that are the
// same in all rows are UTF-8: package source takes no other names.
func (w *worker) moveInvalid() {
	var object bytes.Buffer
	for _, f := range w.texts {
		if utf8.Valid(*f.value) {
			continue
		}
		if object.Len() > 0 {
			object.WriteByte(',')
		}
		value, _ := json.Marshal(*f.value) // of []byte: base64 in quotes
		object.WriteString(`"` + f.column.String() + `":`)
		object.Write(value)
		*f.value = nil
	}
	if object.Len() > 0 {
		w.invalidUTF8 = []byte("{" + object.String() + "}")
	}
}

func unlessEmpty(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}
