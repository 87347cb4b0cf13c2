#include "textflag.h"

// X0, X1 and X2 have sixteen quotes, backslashes and greatest control characters.
// SI points to the bytes, BX counts those looked at, DX is the most that leaves
// sixteen more.

// func length(p *byte, n int) int
TEXT ·length(SB), NOSPLIT, $0-24
	MOVQ       p+0(FP), SI
	MOVQ       n+8(FP), CX
	MOVQ       $0x2222222222222222, AX
	MOVQ       AX, X0
	PUNPCKLQDQ X0, X0
	MOVQ       $0x5C5C5C5C5C5C5C5C, AX
	MOVQ       AX, X1
	PUNPCKLQDQ X1, X1
	MOVQ       $0x1F1F1F1F1F1F1F1F, AX
	MOVQ       AX, X2
	PUNPCKLQDQ X2, X2
	LEAQ       -16(CX), DX
	XORQ       BX, BX

sixteen:
	MOVOU    (SI)(BX*1), X3
	MOVOU    X3, X4
	MOVOU    X3, X5
	PCMPEQB  X0, X4
	PMINUB   X2, X5
	PCMPEQB  X3, X5 // those that are no greater than a control character
	PCMPEQB  X1, X3
	POR      X4, X5
	POR      X3, X5
	PMOVMSKB X5, AX
	TESTL    AX, AX
	JNE      found
	CMPQ     BX, DX
	JEQ      none
	ADDQ     $16, BX
	CMPQ     BX, DX
	JLE      sixteen
	MOVQ     DX, BX // the last sixteen, some of them again
	JMP      sixteen

found:
	BSFL AX, AX
	ADDQ BX, AX
	MOVQ AX, ret+16(FP)
	RET

none:
	MOVQ CX, ret+16(FP)
	RET
