package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"sync"

	"github.com/dustin/go-humanize"
)

//go:embed page.html page.css page.js
var files embed.FS

// source returns a file of the page.
func source(name string) string {
	data, _ := files.ReadFile(name) // it is embedded
	return string(data)
}

// parsed is the template. A test makes sure that it can be parsed.
var parsed = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Funcs(template.FuncMap{
		"comma":  humanize.Comma,
		"plural": plural,
		"int64":  func(n int) int64 { return int64(n) },
	}).Parse(source("page.html"))
})

// plural returns a number with its noun.
func plural(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return humanize.Comma(n) + " " + noun
}

// Render returns the bytes of the page.
func (p *Page) Render() ([]byte, error) {
	t, err := parsed()
	if err != nil {
		return nil, fmt.Errorf("make page: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p.view()); err != nil {
		return nil, fmt.Errorf("make page: %w", err)
	}
	return b.Bytes(), nil
}

// view is what the template takes.
type view struct {
	Page      *Page
	Policy    string
	Style     template.CSS
	Script    template.JS
	Words     string // of the verdict, up to what it says of those that failed
	Failing   string
	Bar       verdictBar
	Jobs      []Job
	MoreJobs  int64
	Groups    groupsView
	By        groupsView
	Chart     *chart
	Places    []placeView
	Steps     []Step
	Inputs    []Input
	MoreInput moreInputs
	Rejects   []Reject
	Columns   []string
	Rows      [][]cell
}

// moreInputs are result files that there is no room for.
type moreInputs struct{ Files, Rows int64 }

// policy forbids all requests, and all style and script but these.
func policy(style, script string) string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'"
}

func (p *Page) view() *view {
	style, script := source("page.css"), source("page.js")
	v := &view{
		Page: p, Policy: policy(style, script), Style: template.CSS(style), Script: template.JS(script),
		Bar:    newVerdictBar(&p.Verdict),
		Groups: p.groups(&p.Groups, roomForGroups), By: p.groups(&p.By, roomForBy),
		Chart: newChart(&p.Times, p.shown), Steps: p.steps(), Columns: RowColumns(),
	}
	v.Words = p.Verdict.Words
	if before, after, ok := strings.Cut(v.Words, ", "); ok && p.Verdict.Failed > 0 {
		v.Words, v.Failing = before+", ", after
	}
	jobs, inputs, rejects, places := room(roomForJobs), room(roomForInputs), room(roomForRejects), room(roomForPlaces)
	for i, j := range p.Jobs {
		j.Name, j.Error = p.clipped(j.Name, 200), p.clipped(j.Error, 600)
		if !jobs.takes(200, j.Name, j.Created, j.Error) {
			v.MoreJobs = int64(len(p.Jobs) - i)
			break
		}
		v.Jobs = append(v.Jobs, j)
	}
	for i, in := range p.Inputs {
		in.File = p.clipped(in.File, 1100)
		if !inputs.takes(250, in.File, in.MD5) {
			for _, more := range p.Inputs[i:] {
				v.MoreInput.Files++
				v.MoreInput.Rows += more.Rows + more.Rejected
			}
			break
		}
		v.Inputs = append(v.Inputs, in)
	}
	for _, r := range p.Rejects {
		if r = (Reject{p.clipped(r.Place, 1100), p.clipped(r.Reason, 300)}); rejects.takes(60, r.Place, r.Reason) {
			v.Rejects = append(v.Rejects, r)
		}
	}
	for _, place := range p.Places {
		one := placeView{Place: place, Bar: part(place.Rows, p.Verdict.Failed)}
		one.Name = p.clipped(place.Name, 200)
		if !places.takes(250, one.Name, one.Others) {
			break
		}
		v.Places = append(v.Places, one)
	}
	for _, row := range p.Rows {
		v.Rows = append(v.Rows, p.cells(row))
	}
	return v
}

// placeView is a place with the width of its bar.
type placeView struct {
	Place
	Bar int
}

// cell is a text as it is shown and, where that is not what it is, as JSON.
type cell struct{ Shown, Raw string }

// cell returns a text as it is shown.
func (p *Page) cell(text string) cell {
	shown := p.shown(text)
	if shown == text {
		return cell{Shown: text}
	}
	raw, _ := json.Marshal(text) // a string can be encoded
	return cell{shown, string(raw)}
}

func (p *Page) cells(row Row) []cell {
	cells := make([]cell, len(row))
	for i, text := range row {
		cells[i] = p.cell(text)
	}
	return cells
}

// shown returns a text as it is shown.
func (p *Page) shown(text string) string {
	if p.Visible == nil {
		return text
	}
	return p.Visible(text)
}

// clipped returns a text as it is shown, and no more of it than so many bytes.
func (p *Page) clipped(text string, most int) string {
	return clip(p.shown(text), most)
}

// steps returns what can be done.
func (p *Page) steps() (steps []Step) {
	left := room(roomForSteps)
	for _, s := range p.Steps {
		// A command or query of which a part is missing would do something else.
		if p.isVisible(s.Code) && left.takes(300, s.Title, s.Title, s.Words, s.Code) {
			steps = append(steps, s)
		}
	}
	return steps
}

// isVisible reports whether all lines of a text are shown as they are.
func (p *Page) isVisible(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if p.shown(line) != line {
			return false
		}
	}
	return true
}
