/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace-target_arm.h"
