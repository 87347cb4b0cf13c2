package convert

import (
	"context"

	"batchreport/convert/internal/stage"
)

// step is what happens next to the bytes of a file on their way through a prover.
type step struct {
	// read are the bytes read next, of the memory of a block that comes later;
	// ended says that the file ends with them.
	read  []byte
	ended bool
	// stored is how much of what is stored, which may be gzip, was read for it.
	stored int64
	// block goes on once all that was read before is hashed; where it is spent,
	// only its memory is given back.
	block *block
	spent bool
	// err is why the file cannot be read any further.
	err error
}

// Release gives back the block, if there is one.
func (s step) Release() {
	if s.block != nil {
		s.block.Release()
	}
}

// prover hashes a file while it is read, in a goroutine of its own, and sends its
// blocks on when their bytes are hashed and the files before it are through. What
// follows the end of a damaged file's last read, it does not send.
type prover struct {
	file    *File
	proof   proof
	turn    <-chan struct{} // closed when the file before is through
	through chan struct{}   // closed when this one is; not after an error
	size    int64
}

func newProver(in *input, turn <-chan struct{}) *prover {
	return &prover{file: in.file, proof: in.proof, turn: turn, through: make(chan struct{})}
}

// Run takes the steps of the file.
func (p *prover) Run(ctx context.Context, in <-chan step, out chan<- *block) error {
	defer stage.Drain(in)
	for {
		s, ok, err := stage.Receive(ctx, in)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if err := p.step(ctx, s, out); err != nil {
			s.Release()
			return err
		}
	}
	if _, _, err := stage.Receive(ctx, p.turn); err != nil {
		return err
	}
	close(p.through)
	return nil
}

// step takes a step. After an error its block is still the caller's.
func (p *prover) step(ctx context.Context, s step, out chan<- *block) error {
	if s.err != nil {
		return s.err
	}
	p.proof.add(s.read)
	p.size += int64(len(s.read))
	if s.ended {
		if err := p.proof.check(p.file, p.size, s.stored); err != nil {
			return err
		}
	}
	switch {
	case s.block == nil:
		return nil
	case s.spent:
		s.block.Release()
		return nil
	}
	if _, _, err := stage.Receive(ctx, p.turn); err != nil {
		return err
	}
	return stage.Send(ctx, out, s.block)
}
