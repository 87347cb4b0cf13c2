package reading

import (
	"context"

	"batchreport/convert/internal/stage"
	"batchreport/convert/plan"
)

// step is what happens next to the bytes of a file on their way through a prover.
type step struct {
	// read are the bytes read next, of the memory of a block that comes later;
	// ended says that the file ends with them.
	read  []byte
	ended bool
	// stored is how much of what is stored, which may be gzip, was read for it.
	stored int64
	// block goes on once all that was read before is hashed. Where it is spent, nothing
	// of it goes on: it is released then.
	block *Block
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
// blocks on when their bytes are hashed and the files before it are through. When the
// check at the end of a file fails, it sends none of the blocks that are left.
type prover struct {
	file    *plan.File
	proof   proof
	turn    <-chan struct{} // closed when the file before is through
	through chan struct{}   // closed when all blocks of this file are sent; stays open after an error
	size    int64
}

func newProver(in *input, turn <-chan struct{}) *prover {
	return &prover{file: in.file, proof: in.proof, turn: turn, through: make(chan struct{})}
}

// Run takes the steps of the file.
func (p *prover) Run(ctx context.Context, in <-chan step, out chan<- *Block) error {
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
			return p.inTurn(ctx, err)
		}
	}
	if _, _, err := stage.Receive(ctx, p.turn); err != nil {
		return err
	}
	close(p.through)
	return nil
}

// inTurn returns an error when the files before this one are through, or what ended
// them: the error of the first file in order is the one to tell.
func (p *prover) inTurn(ctx context.Context, err error) error {
	if _, _, before := stage.Receive(ctx, p.turn); before != nil {
		return before
	}
	return err
}

// step takes a step. After an error its block is still the caller's.
func (p *prover) step(ctx context.Context, s step, out chan<- *Block) error {
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
