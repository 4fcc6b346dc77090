/* SPDX-License-Identifier: MIT */
/* Held ports on the loopback device: nobody else gets them, nothing piles up, nobody is told that they are closed. */
#include "test.h"

#include "io/hold.h"
#include "io/sockaddr.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sonde_addr loopback4(void)
{
	return (struct sonde_addr){.family = 4, .bytes = {127, 0, 0, 1}};
}

static int bind_again(const struct sn_hold *hold)
{
	struct sockaddr_storage name;
	socklen_t name_bytes = sn_sockaddr_write(&hold->src, hold->port, &name);
	int fd = socket(AF_INET, hold->protocol == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM, 0);
	int on = 1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* it does not help */
	int sys_errno = bind(fd, (struct sockaddr *)&name, name_bytes) != 0 ? errno : 0;
	close(fd);
	return sys_errno;
}

static void nobody_else_gets_them(void **state)
{
	(void)state;
	const uint8_t protocols[] = {IPPROTO_UDP, IPPROTO_TCP};
	for (size_t i = 0; i < 2; i++) {
		struct sn_holds holds = {0};
		struct sn_hold_ask ask = {.src = loopback4(), .protocol = protocols[i]};
		struct sonde_error err = {0};
		uint16_t ports[20];
		for (size_t n = 0; n < 20; n++) {
			assert_int_equal(sn_holds_add(&holds, &ask, &ports[n], &err), 0);
			assert_int_equal(bind_again(&holds.items[n]), EADDRINUSE);
			for (size_t other = 0; other < n; other++)
				assert_int_not_equal(ports[n], ports[other]);
		}
		struct sn_hold first = holds.items[0];
		sn_holds_finish(&holds);
		assert_int_equal(bind_again(&first), 0);
		sn_holds_finish(&holds);
	}
}

/* What the kernel says when a datagram or a connection comes to that port. */
static int knock(const struct sn_hold *hold)
{
	struct sockaddr_storage name;
	socklen_t name_bytes = sn_sockaddr_write(&hold->src, hold->port, &name);
	int fd = socket(AF_INET, hold->protocol == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM, 0);
	int sys_errno = connect(fd, (struct sockaddr *)&name, name_bytes) != 0 ? errno : 0;
	/* On the loopback device a refusal is there when the first send returns, and the second one tells it. */
	for (int i = 0; sys_errno == 0 && i < 2; i++)
		sys_errno = send(fd, "x", 1, 0) != 1 ? errno : 0;
	close(fd);
	return sys_errno;
}

static void udp_swallows_and_tcp_refuses(void **state)
{
	(void)state;
	struct sn_holds holds = {0};
	struct sn_hold_ask udp = {.src = loopback4(), .protocol = IPPROTO_UDP}, tcp = {.src = loopback4(), .protocol = IPPROTO_TCP};
	uint16_t port;
	char byte;
	assert_int_equal(sn_holds_add(&holds, &udp, &port, NULL), 0);
	assert_int_equal(sn_holds_add(&holds, &tcp, &port, NULL), 0);
	assert_int_equal(knock(&holds.items[0]), 0);
	assert_int_equal(recv(holds.items[0].fd, &byte, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(knock(&holds.items[1]), ECONNREFUSED); /* the RST */
	struct sn_hold gone = holds.items[0];
	sn_holds_finish(&holds);
	assert_int_equal(knock(&gone), ECONNREFUSED); /* what the held port kept away */
}

static void failures_in_words(void **state)
{
	(void)state;
	struct sn_holds mine = {0}, theirs = {0};
	struct sn_hold_ask ask = {.src = loopback4(), .protocol = IPPROTO_UDP};
	struct sonde_error err = {0};
	uint16_t port, again;
	assert_int_equal(sn_holds_add(&theirs, &ask, &port, &err), 0);
	ask.port = port;
	assert_int_equal(sn_holds_add(&theirs, &ask, &again, &err), 0); /* shared */
	assert_int_equal(again, port);
	assert_int_equal(theirs.count, 1);
	assert_int_equal(sn_holds_add(&mine, &ask, &again, &err), SONDE_E_WIRE);
	assert_int_equal(err.sys_errno, EADDRINUSE);
	assert_non_null(strstr(err.what, "in use"));
	assert_non_null(strstr(err.hint, "--sport"));
	ask.protocol = IPPROTO_TCP; /* another protocol, another port */
	assert_int_equal(sn_holds_add(&mine, &ask, &again, &err), 0);
	ask = (struct sn_hold_ask){.src = {.family = 4, .bytes = {192, 0, 2, 1}}, .protocol = IPPROTO_UDP};
	assert_int_equal(sn_holds_add(&mine, &ask, &again, &err), SONDE_E_SOURCE);
	assert_int_equal(mine.count, 1);
	sn_holds_finish(&mine);
	sn_holds_finish(&theirs);
}

/* Before any source is known they are held on all addresses, and given out in turn. */
static void reserved_ports_are_given_in_turn(void **state)
{
	(void)state;
	struct sn_holds holds = {0};
	struct sonde_addr any = {.family = 4};
	struct sn_hold_ask ask = {.src = any, .protocol = IPPROTO_UDP}, from = {.src = loopback4(), .protocol = IPPROTO_UDP};
	struct sonde_error err = {0};
	uint16_t ports[4];
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(sn_holds_reserve(&holds, &ask, &err), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(sn_holds_take(&holds, &from, &ports[i], &err), 0);
	assert_int_equal(ports[3], ports[0]);
	assert_int_not_equal(ports[0], ports[1]);
	assert_int_not_equal(ports[1], ports[2]);
	struct sn_hold first = holds.items[0];
	first.src = loopback4();
	assert_int_equal(bind_again(&first), EADDRINUSE);
	assert_int_equal(knock(&first), 0);
	from.protocol = IPPROTO_TCP;
	assert_int_equal(sn_holds_take(&holds, &from, &ports[0], &err), SONDE_E_SOURCE); /* none of TCP */
	from = (struct sn_hold_ask){.src = {.family = 6, .bytes = {[15] = 1}}, .protocol = IPPROTO_UDP};
	assert_int_equal(sn_holds_take(&holds, &from, &ports[0], &err), SONDE_E_SOURCE); /* none of IPv6 */
	sn_holds_finish(&holds);
	assert_int_equal(bind_again(&first), 0);
}

/* A wanted port is nobody's who takes any. Another program may have it on an address that the probes do not come from. */
static void a_wanted_port_is_held_where_it_is_free(void **state)
{
	(void)state;
	struct sn_holds theirs = {0}, mine = {0};
	struct sn_hold_ask ask = {.src = {.family = 4, .bytes = {127, 0, 0, 53}}, .protocol = IPPROTO_UDP}, from = {.src = loopback4()};
	struct sonde_error err = {0};
	uint16_t port, got, other;
	assert_int_equal(sn_holds_add(&theirs, &ask, &port, &err), 0);
	ask = (struct sn_hold_ask){.src = {.family = 4}, .protocol = IPPROTO_UDP, .port = port};
	assert_int_equal(sn_holds_reserve(&mine, &ask, &err), 0);
	from = (struct sn_hold_ask){.src = loopback4(), .protocol = IPPROTO_UDP, .port = port};
	assert_int_equal(sn_holds_take(&mine, &from, &got, &err), 0);
	assert_int_equal(got, port);
	from.port = 0;
	assert_int_equal(sn_holds_take(&mine, &from, &other, &err), SONDE_E_SOURCE);
	from.port = port;
	sn_holds_finish(&mine);
	ask.src = loopback4(); /* now there, too */
	assert_int_equal(sn_holds_add(&theirs, &ask, &got, &err), 0);
	ask.src = (struct sonde_addr){.family = 4};
	assert_int_equal(sn_holds_reserve(&mine, &ask, &err), 0);
	assert_int_equal(sn_holds_take(&mine, &from, &got, &err), SONDE_E_WIRE);
	assert_int_equal(err.sys_errno, EADDRINUSE);
	assert_non_null(strstr(err.what, "in use"));
	sn_holds_finish(&mine);
	sn_holds_finish(&theirs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_else_gets_them),
		cmocka_unit_test(udp_swallows_and_tcp_refuses),
		cmocka_unit_test(failures_in_words),
		cmocka_unit_test(reserved_ports_are_given_in_turn),
		cmocka_unit_test(a_wanted_port_is_held_where_it_is_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
