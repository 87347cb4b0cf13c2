package message

import "testing"

func TestTemplate(t *testing.T) {
	t.Parallel()
	row := Row{Bucket: []byte("my-bucket"), Key: []byte("a b/image_1.jpg"), VersionID: []byte("3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY")}
	for _, c := range []struct {
		name, text, want string
		row              Row
	}{
		{"nothing", "Access Denied", "Access Denied", row},
		{"empty", "", "", row},
		{"the row's own", "Object a b/image_1.jpg of my-bucket, ID 3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY is no marker", "Object <key> of <bucket>, ID <id> is no marker", row},
		{"the row's own, only whole", "my-buckets xmy-bucket my-bucket2", "my-buckets xmy-bucket my-bucket2", row},
		{"bucket and key in a path", "copy my-bucket/a b/image_1.jpg to s3://my-bucket/a", "copy <bucket>/<key> to <id>", row},
		{"a word for a key has to be quoted", "The specified key 'key' does not exist", "The specified key '<key>' does not exist", Row{Key: []byte("key")}},
		{"uuid", "Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 of p-2845CA0D-38d9-4c4b-abcf-379dc749c452.", "Task <uuid> of p-<uuid>.", row},
		{"times", "at 2019-04-05T17:35:21.155Z, 2019-04-05 17:35:21+02:00, 2019-04-05, 17:35:21, Fri, 05 Apr 2019 17:35:39 GMT.", "at <time>, <time>, <time>, <time>, <time>.", row},
		{"arn", `User: arn:aws:sts::1:assumed-role/r/s is not allowed on "arn:aws:s3:::b/k": see arn:aws:s3:::b.`, `User: <arn> is not allowed on "<arn>": see <arn>.`, row},
		{"url", "see https://docs.aws.amazon.com/x?y=1. (s3://b/k)", "see <id>. (<id>)", row},
		{"ids", "ids HR94ZNT2161DAR58 ABCDEFGHIJKLMNOP 3ed5852152014362 fe66f439 kMxTUyBYUUxHxCkEeSRdGfDPBq2hpbaYsX5ZRm8ETmU= /YIl4aUR+CAov4/pxzzd8oVORmYYsewTbwZfnVDkWRa+8g/epeQ7KEZGqSVgcx5LheMhU/dXMfw= 0x7f1c2d3e", "ids <id> <id> <id> <id> <id> <id> <id>", row},
		{"numbers", "5368709120 3.00 1,024 -5 12:30 10.0.0.1:80 5GB 10ms 200", "<number> <number> <number> -<number> <number>:<number> <number>:<number> <number>GB <number>ms <number>", row},
		{"names stay", "S3 EC2 CRC64NVME x-amz-content GetObject com.amazonaws.services.s3.model.AmazonS3Exception lambda_function.py /var/task/index.js", "S3 EC2 CRC64NVME x-amz-content GetObject com.amazonaws.services.s3.model.AmazonS3Exception lambda_function.py /var/task/index.js", row},
		{"numbers in names", "image_14975 image14975 part-00001", "image_<number> image<number> part-<number>", row},
		{"the row's own in the end of a url", "s3://.. s3://b/k.", "<id><id><id> <id>.", Row{VersionID: []byte(".")}},
		{"class names stay", "Amazon.S3.AmazonS3Exception: Amazon.DynamoDBv2.AmazonDynamoDBException software.amazon.awssdk.services.s3.model.S3Exception", "Amazon.S3.AmazonS3Exception: Amazon.DynamoDBv2.AmazonDynamoDBException software.amazon.awssdk.services.s3.model.S3Exception", row},
		{"version ids are no class names", "m.MDD0g_QsUnYZ8TBzVFrp.TmjN8PJyX 6HjOUSim4Wj6BTcbxToXW44pSZ.40pwq", "<id> <id>", row},
		{"ids of Ceph", "tx00000000000000000003f-005f1b2c3d-10e6-default (tx0000062a2ec1a6d7f0ca5-0063d1fd3b-84e9-eu-west-1) txt", "<id> (<id>) txt", row},
		{"both sides of an arrow", "copy 'a b/image_1.jpg --> backup/c d.jpg' failed", "copy '<key> --> <key>' failed", row},
		{"both sides of an arrow, the row's on the right", "x/y.jpg -> b/image_1.jpg failed", "<key> -> <key> failed", Row{Key: []byte("b/image_1.jpg")}},
		{"an arrow between quotes of others", "'p/q --> r/s' of x", "'<key> --> <key>' of x", row},
		{"an arrow of code", "def f(x) -> int: return", "def f(x) -> int: return", row},
		{"an arn in quotes has blanks", `on resource: "arn:aws:s3:::b/a (1) c.jpg" because`, `on resource: "<arn>" because`, row},
		{"not UTF-8", "\xff1\xc3", "\xff<number>\xc3", row},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := string(appendTemplate(nil, []byte(c.text), c.row)); got != c.want {
				t.Errorf("%q\ngot  %q\nwant %q", c.text, got, c.want)
			}
		})
	}
}
