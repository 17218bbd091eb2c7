/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-view-text.h"

#include <glib/gi18n.h>

#include "csm-json.h"

typedef struct
{
  const char *setting;
  const char *title;
  const char *icon;
  const char *empty_title;
  const char *empty_text;
} ViewText;

static const ViewText texts[] = {
  [CSM_VIEW_INBOX] = { "inbox", N_("Inbox"), "csm-inbox-symbolic", N_("The Inbox Is Empty"),
                       N_("New messages from customers appear here.") },
  [CSM_VIEW_MINE] = { "mine", N_("Mine"), "avatar-default-symbolic", N_("Nothing Is Assigned to You"),
                      N_("Cases that you own appear here.") },
  [CSM_VIEW_UNASSIGNED] = { "unassigned", N_("Unassigned"), "csm-unassigned-symbolic", N_("Every Case Has an Owner"),
                            N_("Cases that nobody has taken yet appear here.") },
  [CSM_VIEW_MENTIONS] = { "mentions", N_("Mentions"), "csm-mention-symbolic", N_("No Mentions"),
                          N_("When a colleague writes your name, the case appears here.") },
  [CSM_VIEW_WAITING] = { "waiting", N_("Waiting"), "csm-waiting-symbolic", N_("Nobody Keeps You Waiting"),
                         N_("Cases that were answered and wait for the customer appear here.") },
  [CSM_VIEW_SNOOZED] = { "snoozed", N_("Snoozed"), "alarm-symbolic", N_("Nothing Is Snoozed"),
                         N_("Cases that were put off appear here until their time comes.") },
  [CSM_VIEW_RESOLVED] = { "resolved", N_("Resolved"), "csm-resolve-symbolic", N_("Nothing Is Resolved Yet"),
                          N_("Cases that are done appear here.") },
  [CSM_VIEW_OTHER_MAIL] = { "other", N_("Other Mail"), "csm-other-mail-symbolic", N_("No Other Mail"),
                            N_("Newsletters, notifications and bounces are kept here, out of the inbox.") },
  [CSM_VIEW_SPAM] = { "spam", N_("Spam"), "mail-mark-junk-symbolic", N_("No Spam"),
                      N_("What somebody marked as spam, and what blocked senders write, is kept here.") },
  [CSM_VIEW_TEAM] = { "team", N_("Team"), "system-users-symbolic", N_("Nothing for This Team"),
                      N_("Cases that were moved to this team appear here.") },
  [CSM_VIEW_TAG] = { "tag", N_("Tag"), "csm-tag-symbolic", N_("Nothing With This Tag"),
                     N_("Cases that have this tag appear here.") },
  [CSM_VIEW_SEARCH] = { "search", N_("Search"), "system-search-symbolic", N_("Nothing Found"),
                        N_("No case on this computer has all of it. Try fewer words, or only their beginnings, or leave out a filter.") },
  [CSM_VIEW_LATE] = { "late", N_("Late"), "csm-urgent-symbolic", N_("Nothing Is Late"),
                      N_("Cases in which a promise was not kept in time appear here.") },
  [CSM_VIEW_DUE_SOON] = { "due-soon", N_("Due Soon"), "document-open-recent-symbolic", N_("Nothing Is Due Soon"),
                          N_("Cases in which a promised time is nearly over appear here.") },
  [CSM_VIEW_RECENT] = { "recent", N_("Recent"), "document-open-recent-symbolic", N_("Nothing Opened Yet"),
                        N_("Cases that you opened lately appear here.") },
};

/* Its name, if it is kept. */
static const char *
find_saved (CsmWorkbench *workbench,
            const char   *search)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);

  for (guint i = 0; directory != NULL && i < directory->views->len; i++)
    if (g_strcmp0 (csm_json_get_string (directory->views->pdata[i], "search"), search) == 0)
      return csm_json_get_string (directory->views->pdata[i], "name");
  return NULL;
}

/**
 * csm_view_get_title:
 * @workbench: knows the names of teams, tags and searches that are kept
 * @view: a view
 *
 * Returns: what the view is called; borrowed from the directory for teams, tags and searches
 */
const char *
csm_view_get_title (CsmWorkbench      *workbench,
                    const CsmCaseView *view)
{
  const char *name = NULL;

  if (view->kind == CSM_VIEW_TEAM || view->kind == CSM_VIEW_TAG)
    name = csm_workbench_get_name (workbench, view->key);
  else if (view->kind == CSM_VIEW_SEARCH)
    name = find_saved (workbench, view->key);
  return name != NULL ? name : _(texts[view->kind].title);
}

const char *
csm_view_get_icon (const CsmCaseView *view)
{
  return texts[view->kind].icon;
}

const char *
csm_view_get_empty_title (const CsmCaseView *view)
{
  return _(texts[view->kind].empty_title);
}

const char *
csm_view_get_empty_text (const CsmCaseView *view)
{
  return _(texts[view->kind].empty_text);
}

/* Returns: (transfer full): the form that the "last-view" setting keeps: "inbox", "team:t…" */
char *
csm_view_to_setting (const CsmCaseView *view)
{
  if (view->key != NULL)
    return g_strdup_printf ("%s:%s", texts[view->kind].setting, view->key);
  return g_strdup (texts[view->kind].setting);
}

/* Returns: (transfer full): the view that @setting names; the inbox when it names none */
CsmCaseView *
csm_view_from_setting (const char *setting)
{
  g_auto (GStrv) parts = g_strsplit (setting, ":", 2);

  for (guint i = 0; parts[0] != NULL && i < G_N_ELEMENTS (texts); i++)
    {
      gboolean keyed = i == CSM_VIEW_TEAM || i == CSM_VIEW_TAG || i == CSM_VIEW_SEARCH;

      if (g_str_equal (parts[0], texts[i].setting) && keyed == (parts[1] != NULL))
        return csm_case_view_new ((CsmViewKind) i, parts[1]);
    }
  return csm_case_view_new (CSM_VIEW_INBOX, NULL);
}
