/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-fuzz"
#include "config.h"

#include "fuzz-answer.h"

/* One message through everything that casement-reader does with it. */

int LLVMFuzzerInitialize (int    *argc,
                          char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         length);

int
LLVMFuzzerInitialize (int    *argc,
                      char ***argv)
{
  fuzz_start ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         length)
{
  csm_mail_answer_free (fuzz_answer (data, length));
  return 0;
}
