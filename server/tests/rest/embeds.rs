use crate::support::both;

#[tokio::test]
async fn related_rows() {
    let answers = both(async |app| {
        vec![
            app.get("people?select=name,teams(name)&order=id").await,
            app.get("teams?select=name,people(id)&order=id&people.order=id.desc&people.limit=1").await,
            app.get("people?select=name,skills(title)&order=id").await,
            app.get("teams?select=id,people!inner(name)&people.age=gt.40").await,
            app.get("teams?select=id,people(name,person_skills(level,skills(title)))&id=eq.1&people.order=id").await,
            app.get("people?select=id,...teams(team:name)&order=id&limit=1").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    200
    content-range: 0-2/*
    [{"name":"Ada","teams":{"name":"Red"}},{"name":"Boole","teams":{"name":"Red"}},{"name":"Çelebi","teams":{"name":"Blue"}}]
    ---
    200
    content-range: 0-1/*
    [{"name":"Red","people":[{"id":2}]},{"name":"Blue","people":[{"id":3}]}]
    ---
    200
    content-range: 0-2/*
    [{"name":"Ada","skills":[{"title":"maths"}]},{"name":"Boole","skills":[{"title":"logic"}]},{"name":"Çelebi","skills":[]}]
    ---
    200
    content-range: 0-0/*
    [{"id":1,"people":[{"name":"Boole"}]}]
    ---
    200
    content-range: 0-0/*
    [{"id":1,"people":[{"name":"Ada","person_skills":[{"level":5,"skills":{"title":"maths"}}]},{"name":"Boole","person_skills":[{"level":4,"skills":{"title":"logic"}}]}]}]
    ---
    200
    content-range: 0-0/*
    [{"id":1,"team":"Red"}]
    "#);
}
