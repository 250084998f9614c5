use crate::support::both;

#[tokio::test]
async fn what_does_not_exist() {
    let answers = both(async |app| {
        vec![
            app.get("peopl").await,
            app.get("people?select=nam").await,
            app.get("people?nam=eq.1").await,
            app.get("people?select=id,skil(id)").await,
            app.call("POST people", &[], r#"{"nam": "x"}"#).await,
            app.call("POST rpc/nope", &[], "{}").await,
            app.get("a/b").await,
            app.call("GET people", &["Accept-Profile: private"], "").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    404
    {"code":"PGRST205","details":null,"hint":"Perhaps you meant the table 'public.people'","message":"Could not find the table 'public.peopl' in the schema cache"}
    ---
    400
    {"code":"42703","details":null,"hint":"Perhaps you meant to reference the column \"people.name\".","message":"column people.nam does not exist"}
    ---
    400
    {"code":"42703","details":null,"hint":"Perhaps you meant to reference the column \"people.name\".","message":"column people.nam does not exist"}
    ---
    400
    {"code":"PGRST200","details":"Searched for a foreign key relationship between 'people' and 'skil' in the schema 'public', but no matches were found.","hint":null,"message":"Could not find a relationship between 'people' and 'skil' in the schema cache"}
    ---
    400
    {"code":"PGRST204","details":null,"hint":null,"message":"Could not find the 'nam' column of 'people' in the schema cache"}
    ---
    404
    {"code":"PGRST202","details":"Searched for the function public.nope without parameters, but no matches were found in the schema cache.","hint":null,"message":"Could not find the function public.nope in the schema cache"}
    ---
    404
    {"code":"PGRST125","details":null,"hint":null,"message":"Invalid path specified in request URL"}
    ---
    406
    {"code":"PGRST106","details":null,"hint":"Only the following schemas are exposed: public","message":"Invalid schema: private"}
    "#);
}

#[tokio::test]
async fn what_does_not_fit() {
    let answers = both(async |app| {
        vec![
            app.call("POST people", &[], r#"{"name": "x", "age": "old", "salary": "much"}"#).await,
            app.call("POST people", &[], r#"{"name": "x", "age": 99999}"#).await,
            app.call("POST skills", &[], r#"{"id": 9, "title": "a title of more than twenty letters"}"#).await,
            app.call("POST people", &[], r#"{"name": "x", "mood": "sad"}"#).await,
            app.call("POST people", &[], r#"{"name": "x", "joined": "soon"}"#).await,
            app.get("people?id=eq.x").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    400
    {"code":"22P02","details":"record 1; age: invalid input syntax for type smallint: \"old\"; salary: invalid input syntax for type numeric: \"much\"","hint":null,"message":"invalid input syntax for type smallint: \"old\"; invalid input syntax for type numeric: \"much\""}
    ---
    400
    {"code":"22003","details":"record 1, column \"age\"","hint":null,"message":"value \"99999\" is out of range for type smallint"}
    ---
    400
    {"code":"22001","details":"record 1, column \"title\"","hint":null,"message":"value too long for type character varying(20)"}
    ---
    400
    {"code":"22P02","details":"record 1, column \"mood\"","hint":null,"message":"invalid input value for enum mood: \"sad\""}
    ---
    400
    {"code":"22007","details":"record 1, column \"joined\"","hint":null,"message":"invalid input syntax for type timestamp with time zone: \"soon\""}
    ---
    400
    {"code":"22P02","details":null,"hint":null,"message":"invalid input syntax for type bigint: \"x\""}
    "#);
}

#[tokio::test]
async fn what_breaks_a_constraint() {
    let answers = both(async |app| {
        vec![
            app.call("POST teams", &[], r#"{"id": 1, "name": "Other"}"#).await,
            app.call("POST teams", &[], r#"{"id": 9, "name": "Red"}"#).await,
            app.call("POST people", &[], r#"{"id": 9, "name": "x", "team_id": 77}"#).await,
            app.call("DELETE teams?id=eq.1", &[], "").await,
            app.call("POST teams", &[], r#"{"id": 9}"#).await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    409
    {"code":"23505","details":"Key (id)=(1) already exists.","hint":null,"message":"duplicate key value violates unique constraint \"teams_pkey\""}
    ---
    409
    {"code":"23505","details":"Key (name)=(Red) already exists.","hint":null,"message":"duplicate key value violates unique constraint \"teams_name_key\""}
    ---
    409
    {"code":"23503","details":"Key (team_id)=(77) is not present in table \"teams\".","hint":null,"message":"insert or update on table \"people\" violates foreign key constraint \"people_team_id_fkey\""}
    ---
    409
    {"code":"23503","details":"Key (id)=(1) is still referenced from table \"people\".","hint":null,"message":"update or delete on table \"teams\" violates foreign key constraint \"people_team_id_fkey\" on table \"people\""}
    ---
    400
    {"code":"23502","details":null,"hint":null,"message":"null value in column \"name\" of relation \"teams\" violates not-null constraint"}
    "#);
}

#[tokio::test]
async fn what_cannot_be_read() {
    let answers = both(async |app| {
        vec![
            app.get("people?id=nope.1").await,
            app.get("people?or=(id.eq.1,and(id").await,
            app.get("people?select=id,teams(").await,
            app.get("people?order=id.sideways").await,
            app.get("people?limit=-1").await,
            app.get("people?name=eq.%FF").await,
            app.call("POST teams", &[], "").await,
            app.call("POST teams", &[], "{\"id\":").await,
            app.call("POST teams", &["Content-Type: image/png"], "x").await,
            app.call("GET teams", &["Prefer: handling=strict, colour=blue"], "").await,
            app.call("TRACE teams", &[], "").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    400
    {"code":"PGRST100","details":"unexpected \"n\" expecting \"not\" or operator (eq, gt, ...)","hint":null,"message":"\"failed to parse filter (nope.1)\" (line 1, column 1)"}
    ---
    400
    {"code":"PGRST100","details":"unexpected end of input expecting \".\"","hint":null,"message":"\"failed to parse logic tree ((id.eq.1,and(id)\" (line 1, column 16)"}
    ---
    400
    {"code":"PGRST100","details":"unexpected end of input expecting field name (* or [a..z0..9_$])","hint":null,"message":"\"failed to parse select parameter (id,teams()\" (line 1, column 10)"}
    ---
    400
    {"code":"PGRST100","details":"unexpected \".\" expecting \",\", order direction (asc, desc) or nulls (nullsfirst, nullslast)","hint":null,"message":"\"failed to parse order (id.sideways)\" (line 1, column 3)"}
    ---
    400
    {"code":"PGRST100","details":"expecting a whole number from 0","hint":null,"message":"\"failed to parse limit (-1)\" (line 1, column 1)"}
    ---
    400
    {"code":"PGRST100","details":null,"hint":null,"message":"the query is not UTF-8"}
    ---
    400
    {"code":"PGRST102","details":null,"hint":null,"message":"Empty or invalid json"}
    ---
    400
    {"code":"PGRST102","details":"EOF while parsing a value at line 1 column 6","hint":null,"message":"Empty or invalid json"}
    ---
    415
    {"code":"PGRST102","details":null,"hint":null,"message":"Content-Type not acceptable: image/png"}
    ---
    400
    {"code":"PGRST122","details":"Invalid preferences: colour=blue","hint":null,"message":"Invalid preferences given with handling=strict"}
    ---
    405
    {"code":"PGRST117","details":null,"hint":null,"message":"Unsupported HTTP method: TRACE"}
    "#);
}
