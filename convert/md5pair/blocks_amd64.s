#include "textflag.h"

// The state of the first digest is in AX, BX, CX, DX, that of the second in R8,
// R9, R10, R11; SI and DI point to their data. Each line does a step of RFC 1321,
// section 3.4, for both, by turns: a step waits for the one before it, and while
// the one digest waits, the other goes on.

// a += X[k] + T[i]
#define ADD(k, t, a, e) \
	ADDL (4*k)(SI), a; \
	ADDL (4*k)(DI), e; \
	ADDL $t, a;        \
	ADDL $t, e

// a = b + ((a + R12) <<< s)
#define TURN(s, a, b, e, f) \
	ADDL R12, a; \
	ADDL R13, e; \
	ROLL $s, a;  \
	ROLL $s, e;  \
	ADDL b, a;   \
	ADDL f, e

// F(b, c, d) = ((c ^ d) & b) ^ d
#define ROUND1(k, s, t, a, b, c, d, e, f, g, h) \
	ADD(k, t, a, e) \
	MOVL c, R12;    \
	MOVL g, R13;    \
	XORL d, R12;    \
	XORL h, R13;    \
	ANDL b, R12;    \
	ANDL f, R13;    \
	XORL d, R12;    \
	XORL h, R13;    \
	TURN(s, a, b, e, f)

// G(b, c, d) = (d & b) + (c & ~d), the second first: it does not wait for b
#define ROUND2(k, s, t, a, b, c, d, e, f, g, h) \
	ADD(k, t, a, e) \
	MOVL d, R12;    \
	MOVL h, R13;    \
	NOTL R12;       \
	NOTL R13;       \
	ANDL c, R12;    \
	ANDL g, R13;    \
	ADDL R12, a;    \
	ADDL R13, e;    \
	MOVL d, R12;    \
	MOVL h, R13;    \
	ANDL b, R12;    \
	ANDL f, R13;    \
	TURN(s, a, b, e, f)

// H(b, c, d) = c ^ d ^ b
#define ROUND3(k, s, t, a, b, c, d, e, f, g, h) \
	ADD(k, t, a, e) \
	MOVL c, R12;    \
	MOVL g, R13;    \
	XORL d, R12;    \
	XORL h, R13;    \
	XORL b, R12;    \
	XORL f, R13;    \
	TURN(s, a, b, e, f)

// I(b, c, d) = (~d | b) ^ c
#define ROUND4(k, s, t, a, b, c, d, e, f, g, h) \
	ADD(k, t, a, e) \
	MOVL d, R12;    \
	MOVL h, R13;    \
	NOTL R12;       \
	NOTL R13;       \
	ORL  b, R12;    \
	ORL  f, R13;    \
	XORL c, R12;    \
	XORL g, R13;    \
	TURN(s, a, b, e, f)

// func blocks(s *[2]state, p, q *byte, n int)
TEXT ·blocks(SB), NOSPLIT, $0-32
	MOVQ s+0(FP), R14
	MOVQ p+8(FP), SI
	MOVQ q+16(FP), DI
	MOVQ n+24(FP), R15
	ADDQ SI, R15
	MOVL 0(R14), AX
	MOVL 4(R14), BX
	MOVL 8(R14), CX
	MOVL 12(R14), DX
	MOVL 16(R14), R8
	MOVL 20(R14), R9
	MOVL 24(R14), R10
	MOVL 28(R14), R11
	CMPQ SI, R15
	JAE  done

loop:
	ROUND1(0, 7, 0xd76aa478, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND1(1, 12, 0xe8c7b756, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND1(2, 17, 0x242070db, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND1(3, 22, 0xc1bdceee, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND1(4, 7, 0xf57c0faf, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND1(5, 12, 0x4787c62a, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND1(6, 17, 0xa8304613, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND1(7, 22, 0xfd469501, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND1(8, 7, 0x698098d8, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND1(9, 12, 0x8b44f7af, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND1(10, 17, 0xffff5bb1, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND1(11, 22, 0x895cd7be, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND1(12, 7, 0x6b901122, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND1(13, 12, 0xfd987193, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND1(14, 17, 0xa679438e, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND1(15, 22, 0x49b40821, BX, CX, DX, AX, R9, R10, R11, R8)

	ROUND2(1, 5, 0xf61e2562, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND2(6, 9, 0xc040b340, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND2(11, 14, 0x265e5a51, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND2(0, 20, 0xe9b6c7aa, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND2(5, 5, 0xd62f105d, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND2(10, 9, 0x02441453, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND2(15, 14, 0xd8a1e681, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND2(4, 20, 0xe7d3fbc8, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND2(9, 5, 0x21e1cde6, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND2(14, 9, 0xc33707d6, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND2(3, 14, 0xf4d50d87, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND2(8, 20, 0x455a14ed, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND2(13, 5, 0xa9e3e905, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND2(2, 9, 0xfcefa3f8, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND2(7, 14, 0x676f02d9, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND2(12, 20, 0x8d2a4c8a, BX, CX, DX, AX, R9, R10, R11, R8)

	ROUND3(5, 4, 0xfffa3942, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND3(8, 11, 0x8771f681, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND3(11, 16, 0x6d9d6122, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND3(14, 23, 0xfde5380c, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND3(1, 4, 0xa4beea44, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND3(4, 11, 0x4bdecfa9, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND3(7, 16, 0xf6bb4b60, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND3(10, 23, 0xbebfbc70, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND3(13, 4, 0x289b7ec6, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND3(0, 11, 0xeaa127fa, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND3(3, 16, 0xd4ef3085, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND3(6, 23, 0x04881d05, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND3(9, 4, 0xd9d4d039, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND3(12, 11, 0xe6db99e5, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND3(15, 16, 0x1fa27cf8, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND3(2, 23, 0xc4ac5665, BX, CX, DX, AX, R9, R10, R11, R8)

	ROUND4(0, 6, 0xf4292244, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND4(7, 10, 0x432aff97, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND4(14, 15, 0xab9423a7, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND4(5, 21, 0xfc93a039, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND4(12, 6, 0x655b59c3, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND4(3, 10, 0x8f0ccc92, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND4(10, 15, 0xffeff47d, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND4(1, 21, 0x85845dd1, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND4(8, 6, 0x6fa87e4f, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND4(15, 10, 0xfe2ce6e0, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND4(6, 15, 0xa3014314, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND4(13, 21, 0x4e0811a1, BX, CX, DX, AX, R9, R10, R11, R8)
	ROUND4(4, 6, 0xf7537e82, AX, BX, CX, DX, R8, R9, R10, R11)
	ROUND4(11, 10, 0xbd3af235, DX, AX, BX, CX, R11, R8, R9, R10)
	ROUND4(2, 15, 0x2ad7d2bb, CX, DX, AX, BX, R10, R11, R8, R9)
	ROUND4(9, 21, 0xeb86d391, BX, CX, DX, AX, R9, R10, R11, R8)

	ADDL 0(R14), AX
	ADDL 4(R14), BX
	ADDL 8(R14), CX
	ADDL 12(R14), DX
	ADDL 16(R14), R8
	ADDL 20(R14), R9
	ADDL 24(R14), R10
	ADDL 28(R14), R11
	MOVL AX, 0(R14)
	MOVL BX, 4(R14)
	MOVL CX, 8(R14)
	MOVL DX, 12(R14)
	MOVL R8, 16(R14)
	MOVL R9, 20(R14)
	MOVL R10, 24(R14)
	MOVL R11, 28(R14)
	ADDQ $64, SI
	ADDQ $64, DI
	CMPQ SI, R15
	JB   loop

done:
	RET
