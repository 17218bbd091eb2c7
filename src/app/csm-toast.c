/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-toast.h"

/**
 * csm_toast_new:
 * @text: a sentence, in which names and addresses may be that strangers chose
 *
 * A toast's title is markup: an "&" in an address would leave it empty.
 *
 * Returns: (transfer full): a toast that says just that
 */
AdwToast *
csm_toast_new (const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  return adw_toast_new (escaped);
}
