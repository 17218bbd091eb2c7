/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-world.h"

G_BEGIN_DECLS

#define MODEL_N_CASES 3

typedef enum
{
  /* what people do */
  MODEL_GOAL,         /* anybody may write over it */
  MODEL_DUE,          /* nobody may write over what they have not seen */
  MODEL_PRIORITY,
  MODEL_CLAIM,
  MODEL_TAG,          /* a new tag, put on the case at once */
  MODEL_COMMENT,
  MODEL_ATTACHMENT,   /* on a comment */
  MODEL_COMMENT_BACK, /* said and taken back */
  MODEL_REPLY,
  MODEL_REPLY_BACK,
  MODEL_DRAFT,
  MODEL_SEEN,
  MODEL_MAIL,         /* the customer writes again */
  /* what several do with one case */
  MODEL_TASK,
  MODEL_TASK_WORK,    /* it is done, moved, or gets an item */
  MODEL_TASK_AWAY,
  MODEL_WRITE,        /* a paragraph of the reply that all of them write */
  MODEL_RECIPIENT,    /* who else gets it */
  MODEL_SEND,
  MODEL_SEND_BACK,
  MODEL_HAND_OVER,
  MODEL_BRIEF,
  MODEL_MERGE,
  MODEL_UNMERGE,
  MODEL_MOVE,         /* the conversation to another case */
  /* what goes wrong */
  MODEL_DOWN,
  MODEL_UP,
  MODEL_KILL,
  MODEL_DIE,          /* at the next passage of a point */
  MODEL_LOSE,         /* the answer to what is sent next */
  MODEL_CUT,
  MODEL_TWICE,
  MODEL_SERVER,       /* is killed, and comes back */
  MODEL_REST,         /* a desk has time to come to rest */
  MODEL_N_KINDS,
} ModelKind;

/* One step of a story. */
typedef struct
{
  ModelKind kind;
  guint     number; /* its place in the whole story: what it writes is like nothing else */
  guint     desk;
  guint     on;     /* the case */
  guint     choice;
} ModelStep;

const char *model_point       (const ModelStep *step);
/* (element-type ModelStep): a story that follows from its seed. */
GArray    *model_tell        (guint32       seed,
                              guint         length);
/* Likewise, mostly of what often goes wrong elsewhere. */
GArray    *model_tell_scenes (guint32       seed,
                              guint         length);
/* Likewise, of what several people do with one case. */
GArray    *model_tell_together (guint32     seed,
                              guint         length);
/* Plays it from the beginning; what is not as promised is added to @findings. @faults: (nullable): of the desks */
void       model_play        (FaultWorld   *world,
                              guint32       seed,
                              GArray       *story,
                              const char   *faults,
                              GPtrArray    *findings);
/* (transfer full): a part of @story that still goes wrong, of @enough steps or from which nothing can be left out; at most @most plays */
GArray    *model_shrink      (FaultWorld   *world,
                              guint32       seed,
                              GArray       *story,
                              const char   *faults,
                              guint         most,
                              guint         enough);
char      *model_describe    (GArray       *story);

G_END_DECLS
