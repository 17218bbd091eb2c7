/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A link into the app that can be pasted anywhere: casement:case/ID, casement:message/ID, casement:customer/ID,
 * casement:note/ID and casement:search?q=WORDS. It names what it leads to and nothing else: who may see that is the server's affair.
 */
typedef enum
{
  CSM_LINK_TO_CASE,
  CSM_LINK_TO_MESSAGE,
  CSM_LINK_TO_CUSTOMER,
  CSM_LINK_TO_NOTE,
  CSM_LINK_TO_SEARCH,
} CsmLinkKind;

typedef struct
{
  CsmLinkKind kind;
  char       *target;  /* an id of that kind; of a search what to look for */
} CsmLink;

#define CSM_LINK_SCHEME "casement"

CsmLink *csm_link_parse  (const char   *uri,
                          GError      **error);
char    *csm_link_format (CsmLinkKind   kind,
                          const char   *target);
void     csm_link_free   (CsmLink      *link);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmLink, csm_link_free)

G_END_DECLS
