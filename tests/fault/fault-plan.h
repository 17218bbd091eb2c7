/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-lab.h"

G_BEGIN_DECLS

/* What the server, or a client, does while it is killed. */
typedef enum
{
  FAULT_IMPORT = 1 << 0,
  FAULT_DELIVER = 1 << 1,
  FAULT_WRITE = 1 << 2,
  FAULT_SEND = 1 << 3,
  FAULT_FIRST_SYNC = 1 << 4,
  FAULT_DESK = 1 << 5,
  FAULT_RESYNC = 1 << 6,
  FAULT_SMTP = 1 << 7,
} FaultWork;

/**
 * FaultPoint:
 * @name: a place in the server or in a client where it can be killed
 * @works: what passes there
 *
 * One line of the table of all points.
 */
typedef struct
{
  const char *name;
  guint       works;
} FaultPoint;

extern const FaultPoint fault_points[];

/**
 * FaultKill:
 * @lab: where
 * @point: the place
 * @n: at which passage
 *
 * One crash of the plan.
 */
typedef struct
{
  FaultLab *lab;
  char     *point;
  guint     n;
} FaultKill;

guint fault_plan_add   (FaultLab         *lab,
                        const char       *log,
                        FaultWork         work,
                        const char       *prefix,
                        guint             per_point,
                        GTestDataFunc     test);
char *fault_kill_print (const FaultKill  *kill);

G_END_DECLS
