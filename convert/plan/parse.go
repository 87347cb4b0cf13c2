package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// Parse reads a plan from its JSON, for the program of that version. It fails
// where data is no plan, or the header of one that is in pieces, where another version of
// the program made it, since the parts of a table come from one version, where its options
// are not valid, and where it was changed after it was made.
func Parse(data []byte, version string) (*Plan, error) {
	p, err := parse(data, version)
	if err != nil {
		return nil, fmt.Errorf("parse plan: %w", err)
	}
	return p, nil
}

// Error says why a plan cannot be used, where something can be done about it.
type Error struct {
	Reason string
	Hint   string // what the user can do
}

// Error is the reason.
func (e *Error) Error() string { return e.Reason }

// checkForm checks which form a plan has, and who made it.
func checkForm(form int, program, version string) error {
	const again = "make the plan again by the command plan of this version; what tasks have done for the job is still of use"
	switch {
	case form != formVersion:
		return &Error{fmt.Sprintf("version %d, this program knows %d", form, formVersion), again}
	case program != version:
		return &Error{fmt.Sprintf("made by batchreport %s, this is %s: parts of a table come from one version", program, version), "run the version that made it, or make the plan again by this one"}
	}
	return nil
}

// errHeader is the error of a plan that is the header of one in pieces.
var errHeader = &Error{"it is the header of a plan in pieces, which lie beside it", "name the file in which it is"}

func parse(data []byte, version string) (*Plan, error) {
	var p Plan
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, err
	}
	if err := checkForm(p.Version, p.Program, version); err != nil {
		return nil, err
	}
	if p.Jobs == nil {
		var h Header
		if json.Unmarshal(data, &h) == nil && h.SHA256 != "" {
			return nil, errHeader
		}
	}
	return p.Check()
}

// Check returns the plan with the defaults of its options, or why it is none that
// convert.MakePlan has made. A plan that New or Parse returned is not looked at again.
func (p *Plan) Check() (*Plan, error) {
	if p.checked {
		return p, nil
	}
	if p.Version != formVersion {
		return nil, fmt.Errorf("version %d, this program knows %d", p.Version, formVersion)
	}
	checked := *p
	checked.checked = true
	var err error
	if checked.Dest, checked.Options, err = checkTable(p.Dest, p.Options); err != nil {
		return nil, err
	}
	for _, j := range p.Jobs {
		if !table.ValidJob(j.Job.Name) {
			return nil, fmt.Errorf("%q is no job", j.Job.Name)
		}
		if again := checked.ForJob(j.Job); again.Fingerprint != j.Fingerprint || !slices.Equal(again.Tasks, j.Tasks) {
			return nil, fmt.Errorf("job %s was changed after the plan was made", j.Job.Name)
		}
	}
	return &checked, nil
}

// checkTable returns the destination and the options of a plan, which may come from
// anywhere, as they are used.
func checkTable(dest string, options table.Spec) (string, table.Spec, error) {
	if err := CheckDest(dest); err != nil {
		return "", options, err
	}
	dest, err := storage.ParseAddress("dest", dest)
	if err != nil {
		return "", options, err
	}
	options = options.WithDefaults()
	return dest, options, options.Validate()
}

// CheckDest reports why a plan cannot have that destination.
func CheckDest(dest string) error {
	switch {
	case dest == "":
		return errors.New("dest is empty")
	case dest == storage.Stdio:
		return errors.New("dest is standard output, which tasks cannot share")
	}
	return nil
}
