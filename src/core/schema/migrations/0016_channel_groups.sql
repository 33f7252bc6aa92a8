-- breaks older processes: no

-- Channels among which requests are routed: what the real server calls smart routing. A group is there as long as it has a member.
create table channel_group_members (
  merchant_id bigint not null references merchants on delete cascade,
  group_id text not null check (length(group_id) between 1 and 55),
  channel_id bigint not null references channels,
  -- Its share of the orders, against those of the others.
  weight integer not null check (weight between 1 and 1000),
  primary key (merchant_id, group_id, channel_id)
);
