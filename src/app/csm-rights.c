/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-rights.h"

#include <glib/gi18n.h>

#include "csm-json.h"

/* The server refuses by the same table; here what would be refused is greyed out, and says why. */

static const char *
my_role (CsmWorkbench *workbench)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  const char *my_id = csm_workbench_get_my_id (workbench);
  JsonObject *me = directory != NULL && my_id != NULL ? csm_directory_lookup (directory, my_id) : NULL;

  return me != NULL ? csm_json_get_string (me, "role") : NULL;
}

/* Whether a partner's guest is signed in. */
gboolean
csm_rights_is_guest (CsmWorkbench *workbench)
{
  return g_strcmp0 (my_role (workbench), "guest") == 0;
}

/* Whether who is signed in may do that. As long as nobody knows who that is, the server has the say. */
gboolean
csm_rights_may (CsmWorkbench *workbench,
                CsmAction     action)
{
  const char *role = my_role (workbench);

  return role == NULL || csm_role_may (role, action);
}

/* Returns: (nullable): why who is signed in may not do that, for people; %NULL: they may */
const char *
csm_rights_why_not (CsmWorkbench *workbench,
                    CsmAction     action)
{
  const char *role = my_role (workbench);
  const char *why = role != NULL ? csm_role_why_not (action, role) : NULL;

  return why != NULL ? _(why) : NULL;
}

/* Greys @widget out where who is signed in may not do what it is for. Returns: whether they may */
gboolean
csm_rights_apply (CsmWorkbench *workbench,
                  CsmAction     action,
                  GtkWidget    *widget)
{
  const char *why = csm_rights_why_not (workbench, action);

  gtk_widget_set_sensitive (widget, why == NULL);
  if (why != NULL)
    gtk_widget_set_tooltip_text (widget, why);
  return why == NULL;
}
