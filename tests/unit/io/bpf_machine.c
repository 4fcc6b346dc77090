/* SPDX-License-Identifier: MIT */
/* Runs filters as the kernel's machine would, for the instructions that they are made of. */
#include "test.h"

#include "bpf_machine.h"

/* What the kernel's machine does with the instructions used here (BSD packet filter, McCanne and Jacobson 1993). */
static bool load(const uint8_t *bytes, size_t count, size_t at, size_t size, uint32_t *out)
{
	if (at + size > count)
		return false;
	*out = 0;
	for (size_t i = 0; i < size; i++)
		*out = *out << 8 | bytes[at + i];
	return true;
}

static uint32_t calculate(const struct sock_filter *op, uint32_t a, uint32_t x)
{
	switch (op->code) {
	case BPF_ALU | BPF_SUB | BPF_X:
		return a - x;
	case BPF_ALU | BPF_SUB | BPF_K:
		return a - op->k;
	case BPF_ALU | BPF_MUL | BPF_K:
		return a * op->k;
	case BPF_ALU | BPF_ADD | BPF_K:
		return a + op->k;
	case BPF_ALU | BPF_OR | BPF_X:
		return a | x;
	case BPF_ALU | BPF_LSH | BPF_K:
		return a << op->k;
	case BPF_ALU | BPF_RSH | BPF_K:
		return a >> op->k;
	case BPF_ALU | BPF_AND | BPF_K:
		return a & op->k;
	default:
		fail_msg("instruction %#x is not one the filters are made of", op->code);
		return 0;
	}
}

uint32_t sn_bpf_run_beside(const struct sn_bpf_beside *beside, const struct sn_bpf *program, const uint8_t *bytes, size_t count)
{
	uint32_t a = 0, x = 0, memory = 0;
	for (size_t pc = 0; pc < program->count; pc++) {
		const struct sock_filter *op = &program->code[pc];
		size_t size = BPF_SIZE(op->code) == BPF_B ? 1 : BPF_SIZE(op->code) == BPF_H ? 2 : 4;
		if (BPF_CLASS(op->code) == BPF_ALU) {
			a = calculate(op, a, x);
			continue;
		}
		switch (op->code) {
		case BPF_RET | BPF_K:
			return op->k;
		case BPF_LDX | BPF_B | BPF_MSH:
			if (!load(bytes, count, op->k, 1, &x))
				return 0;
			x = 4 * (x & 0xf);
			break;
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(op->k == (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE) || op->k == (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL));
			a = op->k == (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE) ? beside->type : beside->protocol;
			break;
		case BPF_LD | BPF_B | BPF_ABS:
		case BPF_LD | BPF_H | BPF_ABS:
			if (!load(bytes, count, op->k, size, &a))
				return 0;
			break;
		case BPF_LD | BPF_B | BPF_IND:
		case BPF_LD | BPF_H | BPF_IND:
		case BPF_LD | BPF_W | BPF_IND:
			if (!load(bytes, count, x + op->k, size, &a))
				return 0;
			break;
		case BPF_LDX | BPF_IMM:
			x = op->k;
			break;
		case BPF_LD | BPF_W | BPF_LEN:
			a = (uint32_t)count;
			break;
		case BPF_LD | BPF_MEM:
			a = memory;
			break;
		case BPF_LDX | BPF_MEM:
			x = memory;
			break;
		case BPF_ST:
			memory = a;
			break;
		case BPF_MISC | BPF_TAX:
			x = a;
			break;
		case BPF_JMP | BPF_JEQ | BPF_X:
			pc += a == x ? op->jt : op->jf;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += a == op->k ? op->jt : op->jf;
			break;
		case BPF_JMP | BPF_JA:
			pc += op->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			pc += a & op->k ? op->jt : op->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			pc += a >= op->k ? op->jt : op->jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			pc += a > op->k ? op->jt : op->jf;
			break;
		default:
			fail_msg("instruction %#x is not one the filters are made of", op->code);
		}
	}
	fail_msg("the program ran past its end");
	return 0;
}

uint32_t sn_bpf_run(const struct sn_bpf *program, const uint8_t *bytes, size_t count)
{
	return sn_bpf_run_beside(&(struct sn_bpf_beside){0}, program, bytes, count);
}
