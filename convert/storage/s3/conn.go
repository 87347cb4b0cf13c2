package s3

import (
	"context"
	"net"
	"time"
)

// dialer returns a function that dials connections on which a stall is an error.
func dialer(d *net.Dialer, stall time.Duration) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := d.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &conn{Conn: c, stall: stall}, nil
	}
}

// conn is a connection that fails with os.ErrDeadlineExceeded once no byte has
// moved, in either direction, for the time of stall. Both directions count
// together: while a request is being sent, a read for its answer is waiting.
type conn struct {
	net.Conn
	stall time.Duration
}

// alive puts the deadline off, also that of a call that is waiting already.
func (c *conn) alive() error { return c.SetDeadline(time.Now().Add(c.stall)) }

func (c *conn) Read(p []byte) (int, error) {
	if err := c.alive(); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write writes p in pieces, so that a large one on a slow line is no stall.
func (c *conn) Write(p []byte) (n int, err error) {
	const piece = 64 << 10
	for {
		if err := c.alive(); err != nil {
			return n, err
		}
		m, err := c.Conn.Write(p[n:min(n+piece, len(p))])
		n += m
		if err != nil || n == len(p) {
			return n, err
		}
	}
}
