/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace-system_startup.h"
