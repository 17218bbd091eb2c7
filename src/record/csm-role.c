/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-role.h"

#include <glib/gi18n.h>

/* From those who may least to those who may most; in the order of the bits below. */
const char *const csm_roles[] = { "guest", "agent", "lead", "admin", NULL };

enum
{
  GUEST = 1 << 0,
  AGENT = 1 << 1,
  LEAD = 1 << 2,
  ADMIN = 1 << 3,
};

#define EVERYBODY (GUEST | AGENT | LEAD | ADMIN)
#define STAFF (AGENT | LEAD | ADMIN)
#define LEADS (LEAD | ADMIN)

typedef struct
{
  guint       roles;
  const char *phrase;
} Line;

/* Who may do what: the server refuses by it, the app shows it and says why something is greyed out. */
static const Line table[CSM_N_ACTIONS] = {
  [CSM_ACTION_WORK_CASES] = { STAFF, N_("Read all cases and work on them") },
  [CSM_ACTION_WRITE_COMMENTS] = { STAFF, N_("Write internal comments") },
  [CSM_ACTION_WRITE_SHARED_COMMENTS] = { EVERYBODY, N_("Talk with a partner about a shared case") },
  [CSM_ACTION_MARK_SEEN] = { EVERYBODY, N_("Mark cases as read") },
  [CSM_ACTION_WRITE_TASKS] = { STAFF, N_("Plan and do tasks") },
  [CSM_ACTION_WRITE_DRAFTS] = { STAFF, N_("Write drafts together") },
  [CSM_ACTION_REVIEW] = { STAFF, N_("Approve a draft when asked") },
  [CSM_ACTION_REVIEW_FOR_OTHERS] = { LEADS, N_("Approve a draft when somebody else was asked") },
  [CSM_ACTION_SEND] = { STAFF, N_("Send replies") },
  [CSM_ACTION_SEND_UNREVIEWED] = { LEADS, N_("Send without the review that a channel asks for") },
  [CSM_ACTION_DECIDE_SENDS_OF_OTHERS] = { LEADS, N_("Take back what others have sent, or send it again") },
  [CSM_ACTION_MERGE_CASES] = { STAFF, N_("Merge and split cases and conversations") },
  [CSM_ACTION_SHARE_CASES] = { STAFF, N_("Share a case with a partner, or stop sharing it") },
  [CSM_ACTION_INVITE_GUESTS] = { LEADS, N_("Invite a partner’s guest") },
  [CSM_ACTION_REMOVE_GUESTS] = { LEADS, N_("Remove a partner’s guest") },
  [CSM_ACTION_UNSUBSCRIBE] = { STAFF, N_("Unsubscribe from mailing lists") },
  [CSM_ACTION_EXPORT_HISTORY] = { STAFF, N_("Export a case’s history") },
  [CSM_ACTION_WRITE_CUSTOMERS] = { STAFF, N_("Add and change customers") },
  [CSM_ACTION_MERGE_CUSTOMERS] = { STAFF, N_("Merge and split customers") },
  [CSM_ACTION_BLOCK_SENDERS] = { STAFF, N_("Block and unblock senders") },
  [CSM_ACTION_WRITE_TEXTS] = { STAFF, N_("Write snippets, articles and templates") },
  [CSM_ACTION_CHANGE_ARTICLES_OF_OTHERS] = { LEADS, N_("Change other people’s articles") },
  [CSM_ACTION_DESTROY_TEXTS] = { LEADS, N_("Delete snippets, articles and templates") },
  [CSM_ACTION_WRITE_TAGS] = { STAFF, N_("Add and rename tags") },
  [CSM_ACTION_DESTROY_TAGS] = { LEADS, N_("Delete tags") },
  [CSM_ACTION_CHANGE_PROFILE] = { STAFF, N_("Change one’s own name, picture, time zone, expertise, signatures and time away") },
  [CSM_ACTION_CHANGE_ACCOUNT] = { EVERYBODY, N_("Change one’s own password, and sign out one’s devices") },
  [CSM_ACTION_CHANGE_PEOPLE] = { LEADS, N_("Change other people’s teams, expertise and time away") },
  [CSM_ACTION_WRITE_TEAMS] = { LEADS, N_("Add and change teams, and how they get new cases") },
  [CSM_ACTION_SEE_WORKLOAD] = { LEADS, N_("See how much everybody has to do") },
  [CSM_ACTION_WRITE_SERVICE_LEVELS] = { LEADS, N_("Change service levels and calendars") },
  [CSM_ACTION_ADD_PEOPLE] = { ADMIN, N_("Invite colleagues") },
  [CSM_ACTION_CHANGE_ROLES] = { ADMIN, N_("Change people’s roles, addresses, passwords and whether they may sign in") },
  [CSM_ACTION_WRITE_RULES] = { ADMIN, N_("Decide where incoming mail goes") },
  [CSM_ACTION_RETRY_MAILBOXES] = { STAFF, N_("Have a mailbox tried again") },
  [CSM_ACTION_CHANGE_CHANNELS] = { ADMIN, N_("Connect and change mailboxes") },
  [CSM_ACTION_CHANGE_WORKSPACE] = { ADMIN, N_("Change the workspace’s time zone") },
};

static guint
bit_of (const char *role)
{
  for (guint i = 0; role != NULL && csm_roles[i] != NULL; i++)
    {
      if (g_str_equal (role, csm_roles[i]))
        return 1u << i;
    }
  return 0;
}

/**
 * csm_role_may:
 * @role: (nullable): a role; one that nobody knows may nothing
 * @action: what is to be done
 *
 * Returns: whether the role allows it
 */
gboolean
csm_role_may (const char *role,
              CsmAction   action)
{
  g_return_val_if_fail ((guint) action < CSM_N_ACTIONS, FALSE);

  return (table[action].roles & bit_of (role)) != 0;
}

/**
 * csm_role_describe:
 * @action: an action
 *
 * Returns: a short phrase for it, to be translated with gettext
 */
const char *
csm_role_describe (CsmAction action)
{
  g_return_val_if_fail ((guint) action < CSM_N_ACTIONS, NULL);

  return table[action].phrase;
}

/**
 * csm_role_why_not:
 * @action: an action
 * @role: (nullable): a role
 *
 * Returns: (nullable): a sentence that says who may, to be translated with gettext; %NULL when the role itself may
 */
const char *
csm_role_why_not (CsmAction   action,
                  const char *role)
{
  if (csm_role_may (role, action))
    return NULL;
  switch (table[action].roles)
    {
    case STAFF:
      return N_("Only colleagues may do this, not guests.");
    case LEADS:
      return N_("Only leads and admins may do this.");
    case ADMIN:
      return N_("Only admins may do this.");
    default:
      return N_("Your role doesn’t allow this.");
    }
}

/**
 * csm_role_name:
 * @role: a role
 *
 * Returns: (nullable): what people call it, to be translated with gettext; %NULL when there is no such role
 */
const char *
csm_role_name (const char *role)
{
  switch (bit_of (role))
    {
    case GUEST:
      return N_("Guest");
    case AGENT:
      return N_("Agent");
    case LEAD:
      return N_("Lead");
    case ADMIN:
      return N_("Admin");
    default:
      return NULL;
    }
}
