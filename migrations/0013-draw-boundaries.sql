-- Where places lie. One shape for each place, simplified to what the map of the place above can show; the file that it
-- came from is the record of the rest. A place without a shape is drawn schematically.

create table place_boundary (
  place_code text collate "C" not null references place (code),
  valid_from date not null,
  valid_to   date,
  shape      json not null,
  west       double precision not null,
  south      double precision not null,
  east       double precision not null,
  north      double precision not null,
  points     int not null,
  source     text not null,
  primary key (place_code, valid_from),
  check (valid_to is null or valid_to > valid_from),
  check (west >= -180 and east <= 180 and west <= east and south >= -90 and north <= 90 and south <= north)
);
comment on table place_boundary is 'Boundaries of places, each simplified for the map of the place above.';
comment on column place_boundary.place_code is 'The place.';
comment on column place_boundary.valid_from is 'First day on which the boundary ran so.';
comment on column place_boundary.valid_to is 'Day from which it ran otherwise; empty while it does.';
comment on column place_boundary.shape is 'Coordinates of a GeoJSON MultiPolygon, longitude before latitude; outer rings run against the clock.';
comment on column place_boundary.west is 'Least longitude.';
comment on column place_boundary.south is 'Least latitude.';
comment on column place_boundary.east is 'Greatest longitude.';
comment on column place_boundary.north is 'Greatest latitude.';
comment on column place_boundary.points is 'Points of all rings.';
comment on column place_boundary.source is 'Who drew it.';
