/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CSM_NOTICE_OTHER,
  CSM_NOTICE_COLLEAGUE,  /* a colleague said something: there is something to answer */
  CSM_NOTICE_CUSTOMER,   /* a customer did */
} CsmNoticeKind;

/* Something in a case that a person should hear of. */
typedef struct
{
  CsmNoticeKind kind;
  char         *case_id;
  char         *subject;  /* of the case */
  char         *what;     /* "Ben Okafor mentioned you" */
  char         *words;    /* what a colleague wrote to colleagues; NULL: nothing */
  char         *owner_id; /* of the case; NULL: nobody */
  gint64        at;       /* µs: what it tells of happened then */
} CsmNotice;

CsmNotice *csm_notice_copy (const CsmNotice *notice);
void       csm_notice_free (CsmNotice       *notice);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmNotice, csm_notice_free)

G_END_DECLS
