package main

import (
	"context"
	"fmt"
	"slices"
)

// measured is a program and what each of its runs took, by rounds.
type measured struct {
	program
	usages []usage
	answer *answer
}

// byTurns runs programs by turns. Each round begins with another one, so that
// none always follows the same. Answers are read once, and not measured.
func (b *bench) byTurns(ctx context.Context, programs ...program) ([]*measured, error) {
	var all []*measured
	for _, p := range programs {
		all = append(all, &measured{program: p})
		if err := p.on.warm(); err != nil {
			return nil, err
		}
	}
	for round := range b.rounds {
		for i := range all {
			m := all[(i+round)%len(all)]
			u, err := b.run(ctx, m.program)
			if err != nil {
				return nil, err
			}
			m.usages = append(m.usages, u)
			if m.answer == nil && m.program.answer.shape != "" {
				if m.answer, err = b.read(ctx, m.program); err != nil {
					return nil, err
				}
			}
			if err := b.clear(m.program); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// What of a run is compared.
func wallSeconds(u usage) float64 { return u.wall.Seconds() }
func cpuSeconds(u usage) float64  { return u.cpu.Seconds() }
func outputSize(u usage) float64  { return float64(u.bytes) }

// rss is the highest of all runs.
func (m *measured) rss() int64 {
	var most int64
	for _, u := range m.usages {
		most = max(most, u.rss)
	}
	return most
}

func (m *measured) each(value func(usage) float64) []float64 {
	var values []float64
	for _, u := range m.usages {
		values = append(values, value(u))
	}
	return values
}

// ratio is how often the one is in the other, of each round.
type ratio struct{ median, min, max float64 }

// String is what a table says of a ratio.
func (r ratio) String() string { return fmt.Sprintf("**%.2f** (%.2f to %.2f)", r.median, r.min, r.max) }

// over is the ratio of a value of one program to that of another.
func over(value func(usage) float64, one, other *measured) ratio {
	ratios := one.each(value)
	for i, v := range other.each(value) {
		ratios[i] /= v
	}
	return ratio{median(ratios), slices.Min(ratios), slices.Max(ratios)}
}

// median is the middle of values, or the mean of the middle two.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
