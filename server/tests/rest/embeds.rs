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
    insta::assert_snapshot!(answers.await, @"");
}
