package row

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"batchreport/convert/table"
	"batchreport/schema"
)

// setKey decodes the key; where that fails, it is taken as it stands.
func (r *Row) setKey(raw []byte) {
	r.key, r.keyEncoded = raw, nil
	if r.options.Keys == schema.NoEncoding {
		return
	}
	var canonical, ok bool
	if r.scratch, canonical, ok = r.options.Keys.Decode(r.scratch[:0], raw); ok {
		r.key = r.scratch
	}
	// A key that is taken as it stands and is not UTF-8 goes to invalid_utf8, once.
	if !canonical && (ok || utf8.Valid(raw)) {
		r.keyEncoded = raw
	}
}

// DecodedKey returns the key, decoded where that can be done: Split leaves it as it is for
// RawKeys.
func (r *Row) DecodedKey() []byte {
	if r.key != nil && r.options.RawKeys {
		if decoded, _, ok := r.options.Keys.Decode(nil, r.key); ok {
			return decoded
		}
	}
	return r.key
}

// setObject tells the object from all others. Its key is that which its escapes give,
// though that be no UTF-8 and so not in the table; one with a malformed escape is taken as
// it stands.
func (r *Row) setObject(rec *schema.Record) {
	var canonical bool
	r.objectKey, canonical = r.options.Keys.Identity(r.objectKey[:0], rec.Key)
	r.objectID = schema.AppendObject(r.objectID[:0], rec.Bucket, r.objectKey, r.versionID)
	r.rawKey = rec.Key
	if canonical {
		r.rawKey = nil
	}
}

// setMessage decides whether the row keeps its whole message.
func (r *Row) setMessage(whole []byte, isUTF8 bool) {
	r.resultMessage = whole
	switch r.options.RawMessage {
	case table.RawDrop:
		r.resultMessage = nil
	case table.RawAuto:
		if isUTF8 && r.Message.Rebuilds(whole) {
			r.resultMessage = nil
		}
	}
}

// IsUTF8 reports whether all fields of the record are UTF-8.
func (r *Row) IsUTF8() bool {
	rec := &r.Record
	return utf8.Valid(rec.ResultMessage) && utf8.Valid(rec.Key) && utf8.Valid(rec.Bucket) && utf8.Valid(rec.VersionID) && utf8.Valid(rec.ErrorCode)
}

// moveInvalid moves the values that are not UTF-8 to invalid_utf8. Those that are the
// same in all rows are UTF-8: package source takes no other names.
func (r *Row) moveInvalid() {
	var object bytes.Buffer
	for _, f := range r.texts {
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
		r.invalidUTF8 = []byte("{" + object.String() + "}")
	}
}

func unlessEmpty(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}
