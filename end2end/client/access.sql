grant select on skills to anon;
