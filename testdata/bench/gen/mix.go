package main

import (
	"fmt"
	"slices"
)

// kind is a kind of row.
type kind struct {
	weight  int // how often it comes, among those of its list
	status  string
	code    string // ErrorCode
	http    string // HTTPStatusCode
	message message
}

// mix says which kinds of rows a report has.
type mix struct {
	succeeded int // percent
	ok, bad   kinds
}

type kinds []kind

func mixOf(name string) (mix, error) {
	switch name {
	case "lambda":
		return mix{70, lambdaOK(), lambdaBad()}, nil
	case "copy":
		return mix{95, copyOK(), copyBad()}, nil
	case "errors":
		return mix{0, copyOK(), slices.Concat(copyBad(), lambdaBad())}, nil
	case "mixed":
		return mix{70, slices.Concat(copyOK()[:1], lambdaOK()), slices.Concat(copyBad(), lambdaBad())}, nil
	}
	return mix{}, fmt.Errorf("unknown mix %q", name)
}

// sum is the sum of the weights.
func (ks kinds) sum() (sum int) {
	for _, k := range ks {
		sum += k.weight
	}
	return sum
}

// pick returns a kind, each as often as its weight says; sum is theirs.
func (g *generator) pick(ks kinds, sum int) *kind {
	n := g.r.IntN(sum)
	i := 0
	for ; n >= ks[i].weight; i++ {
		n -= ks[i].weight
	}
	return &ks[i]
}

func copyOK() kinds {
	return kinds{
		{60, "succeeded", "", "200", text("Successful")},
		{10, "succeeded", "", "200", text("")},
	}
}

func lambdaOK() kinds {
	return kinds{
		{30, "succeeded", "", "200", text("Successful")},
		{5, "succeeded", "", "200", text("")},
		{20, "succeeded", "", "200", jsonCopy},
		{30, "succeeded", "", "200", pythonCopy("u")},
		{15, "succeeded", "", "200", pythonCopy("")},
	}
}

func copyBad() kinds {
	const tooLarge = `The specified copy source is larger than the maximum allowable size for a copy source: 5368709120, got "6442450944"`
	s3 := func(weight int, words, status, code string) kind {
		return kind{weight, "failed", code, status, sdkV1(words, "Amazon S3", status, code, true, "; Proxy: null")}
	}
	return kinds{
		s3(40, "Access Denied", "403", "AccessDenied"),
		{8, "failed", "AccessDenied", "403", sdkV1("Access Denied", "Amazon S3", "403", "AccessDenied", true, "")},
		s3(15, "The specified key does not exist.", "404", "NoSuchKey"),
		s3(12, "Not Found", "404", "404 Not Found"),
		s3(8, "Operation is not valid for the source object's storage class", "403", "InvalidObjectState"),
		s3(5, "Please reduce your request rate.", "503", "SlowDown"),
		s3(5, "We encountered an internal error. Please try again.", "500", "InternalError"),
		s3(4, tooLarge, "400", "InvalidRequest"),
		{2, "failed", "KMS.DisabledException", "400", sdkV1("arn:aws:kms:eu-west-1:111122223333:key/0f3e is disabled.", "AWSKMS", "400", "KMS.DisabledException", false, "")},
		{4, "failed", "AccessDenied", "403", sdkV2("Access Denied", "S3", "403")},
	}
}

func lambdaBad() kinds {
	return kinds{
		{55, "failed", "PermanentFailure", "200", lambdaTimeout},
		{30, "failed", "PermanentFailure", "200", lambdaClientError},
		{10, "failed", "PermanentFailure", "200", lambdaKeyError},
		{5, "failed", "TemporaryFailure", "200", text("Lambda function result returned TemporaryFailure")},
	}
}
