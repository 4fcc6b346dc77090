/* SPDX-License-Identifier: MIT */
/* Where the program starts; everything it does is in the subcommand table. */
#include "cli/cmds.h"
#include "cli/output.h"

#include <locale.h>
#include <signal.h>

int main(int argc, char **argv)
{
	sn_output_reserve();
	signal(SIGPIPE, SIG_IGN);
	setlocale(LC_CTYPE, "");
	return sn_commands_run(argc, argv);
}
