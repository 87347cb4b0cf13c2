package deploy

import "fmt"

// fargateSizes are the sizes of memory in MiB that Fargate has for a number of vCPUs:
// the least, the most, and the step.
// https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html
func fargateSizes() map[int][3]int64 {
	return map[int][3]int64{1: {2048, 8192, 1024}, 2: {4096, 16384, 1024}, 4: {8192, 30720, 1024}, 8: {16384, 61440, 4096}, 16: {32768, 122880, 8192}}
}

// checkFargate reports why Fargate has no machine of that size.
func (d *deployment) checkFargate() error {
	if d.set.Engine != AWSBatch {
		return nil
	}
	size, ok := fargateSizes()[d.set.CPUs]
	switch {
	case !ok:
		return &UsageError{Err: fmt.Errorf("--cpus: Fargate has 1, 2, 4, 8 or 16 vCPUs, not %d", d.set.CPUs)}
	case d.MemoryMiB() > size[1]:
		return &UsageError{Err: fmt.Errorf("--memory: Fargate has up to %d MiB for %d vCPUs", size[1], d.set.CPUs)}
	}
	return nil
}

// fargateMemory returns the least memory of Fargate that is no smaller.
func fargateMemory(cpus int, mib int64) int64 {
	size, ok := fargateSizes()[cpus]
	if !ok || mib <= size[0] {
		return size[0]
	}
	return (mib + size[2] - 1) / size[2] * size[2]
}
