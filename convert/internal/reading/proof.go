package reading

import (
	"encoding/hex"
	"fmt"
	"hash"

	"batchreport/convert/internal/reportfile"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/table"
)

// proof is how it is proved that the bytes of a result file are those that the manifest
// lists.
type proof struct {
	verified ledger.Verification // as in ledger.Input
	hash     hash.Hash           // nil unless it takes one
}

// newProof decides how a file that was opened is verified.
func newProof(mode table.VerifyInput, file *plan.File, body *reportfile.File, newMD5 func() hash.Hash) proof {
	switch {
	case file.MD5 == "":
		return proof{} // a stream: there is nothing to compare with
	case mode == table.VerifyNone:
		return proof{verified: ledger.VerifiedNone}
	case mode == table.VerifyAuto && body.Attests(file.MD5):
		return proof{verified: ledger.VerifiedETag}
	}
	return proof{verified: ledger.VerifiedMD5, hash: newMD5()}
}

// add takes the next bytes of the file.
func (p *proof) add(data []byte) {
	if p.hash != nil {
		p.hash.Write(data)
	}
}

// check compares what was read, size bytes of so many stored, with what is known of
// the file.
func (p *proof) check(file *plan.File, size, stored int64) error {
	if p.hash != nil {
		if sum := hex.EncodeToString(p.hash.Sum(nil)); sum != file.MD5 {
			return reportfile.Wrong(file.Name, fmt.Errorf("the MD5 of its %d bytes is %s, not %s: the file is damaged or was changed", size, sum, file.MD5), "get it again from where S3 wrote it; --verify-input none reads it as it is")
		}
	}
	return checkSize(file, stored)
}

// checkSize compares the size in bytes of what was read with what was listed.
func checkSize(file *plan.File, size int64) error {
	if file.Size >= 0 && size != file.Size {
		return reportfile.Wrong(file.Name, fmt.Errorf("it has %d bytes, not the %d that were listed: the file was changed", size, file.Size), "run the command again when nothing writes to the file")
	}
	return nil
}
