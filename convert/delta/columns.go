package delta

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/storage"
)

// Column is a column of the table.
type Column struct {
	Name string
	Type string // as Arrow spells it: utf8, int32, timestamp[us, tz=UTC], …
}

// field is a column in a schema ("Struct Field"). Any of ours may be null.
type field struct {
	Name     string            `json:"name"`
	Type     string            `json:"type"`
	Nullable bool              `json:"nullable"`
	Metadata map[string]string `json:"metadata"`
}

// structType is a schema as an action has it ("Schema Serialization Format").
type structType struct {
	Type   string  `json:"type"`
	Fields []field `json:"fields"`
}

// MillisecondsError says that files have times in milliseconds, which a Delta table
// cannot have.
type MillisecondsError struct{ Column string }

// Error names the column.
func (e *MillisecondsError) Error() string {
	return fmt.Sprintf("its column %s is in milliseconds, as older versions of this program wrote it, and a Delta table takes microseconds alone", e.Column)
}

// typeOf returns the type of a column by the name that the log has for it ("Primitive
// Types"). Readers find in a file of the type what "Delta Data Type to Parquet Type
// Mappings" says, so there is one for each that we write.
func typeOf(c Column) (string, error) {
	switch {
	case c.Type == "utf8", strings.HasPrefix(c.Type, "dictionary<values=utf8,"):
		return "string", nil
	case c.Type == "int32":
		return "integer", nil
	case c.Type == "int64":
		return "long", nil
	case c.Type == "float64":
		return "double", nil
	case c.Type == "bool":
		return "boolean", nil
	case strings.HasPrefix(c.Type, "timestamp[us"):
		return "timestamp", nil
	case strings.HasPrefix(c.Type, "timestamp[ms"):
		return "", &MillisecondsError{c.Name}
	}
	return "", fmt.Errorf("column %s has the type %s, for which a Delta table has none", c.Name, c.Type)
}

// fieldsOf returns columns as a schema has them. Files with others cannot be those of a Delta
// table: *MillisecondsError, or a type that it does not have.
func fieldsOf(columns []Column) ([]field, error) {
	var fields []field
	for _, c := range columns {
		t, err := typeOf(c)
		if err != nil {
			return nil, err
		}
		fields = append(fields, field{c.Name, t, true, map[string]string{}})
	}
	return fields, nil
}

// merge adds to the fields of a table those of columns that it has not yet. It reports
// whether there were some. One with another type than the table's is an error.
func merge(have []field, columns []Column) (all []field, grown bool, err error) {
	fields, err := fieldsOf(columns)
	if err != nil {
		return nil, false, err
	}
	all = slices.Clone(have)
	for _, f := range fields {
		i := slices.IndexFunc(all, func(other field) bool { return other.Name == f.Name })
		if i < 0 {
			all, grown = append(all, f), true
			continue
		}
		if all[i].Type != f.Type {
			return nil, false, &storage.Error{
				Op: "write", Name: Folder, Err: fmt.Errorf("column %s is %s there, and would be %s", f.Name, all[i].Type, f.Type),
				Hint: "convert with the type that the table has, under another name, or into another DEST",
			}
		}
	}
	return all, grown, nil
}

// schemaString writes fields as an action has them.
func schemaString(fields []field) (string, error) {
	b, err := json.Marshal(structType{"struct", fields})
	return string(b), err
}

// parseSchema parses what schemaString has written. Types are text, for no column of ours has
// parts.
func parseSchema(text string) ([]field, error) {
	var s structType
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return nil, fmt.Errorf("parse schema: %w", err)
	}
	return s.Fields, nil
}
