//! Whether policies are asked at all.

use leptos::prelude::*;

use super::data::{PoliciesData, Reach};
use crate::{components::Icon, paths::encode};

#[component]
pub(super) fn StatusSection(data: PoliciesData) -> impl IntoView {
    let is_on = data.row_security;
    let href = format!("/schema?do=row-security&table={}&on={}", encode(&data.name), !is_on);
    let (mark, text) = if is_on {
        (
            view! { <span class="badge done"><Icon name="check" />"on"</span> }.into_any(),
            "A row is seen and written only where a policy allows it. Members of the Studio are bound as signed-in users; \
            the secret key, builders and owners are past policies.",
        )
    } else {
        (
            view! { <span class="badge"><Icon name="minus" />"off"</span> }.into_any(),
            "Policies are not asked: whoever may reach the table reaches every row of it.",
        )
    };
    let warning = (!is_on).then(|| exposure(&data.reach)).filter(|lines| !lines.is_empty());
    view! {
        <section class="section" aria-labelledby="row-security">
            <div class="section-head">
                <h2 id="row-security" class="row">"Row level security" {mark}</h2>
                <a class=if is_on { "button small danger" } else { "button small primary" } href=href>
                    {if is_on { "Turn off" } else { "Turn on" }}
                    <span class="visually-hidden">" row level security"</span>
                </a>
            </div>
            <p class="muted small-text">{text}</p>
            {warning.map(|lines| view! {
                <div class="notice caution">
                    <Icon name="warning" />
                    <div>{lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}</div>
                </div>
            })}
        </section>
    }
}

/// Who reaches every row, a sentence each.
fn exposure(reach: &[[Reach; 4]; 2]) -> Vec<String> {
    const WHO: [&str; 2] = ["Everybody with the publishable key (anon)", "Every signed-in user (authenticated)"];
    const WHAT: [&str; 4] = ["sees every row", "may add any row", "may change every row", "may delete every row"];
    let sentence = |(who, cells): (&str, &[Reach; 4])| {
        let open: Vec<_> = WHAT.into_iter().zip(cells).filter(|(_, cell)| **cell == Reach::All).map(|(what, _)| what).collect();
        let (last, rest) = open.split_last()?;
        let joined = if rest.is_empty() { (*last).to_owned() } else { format!("{} and {last}", rest.join(", ")) };
        Some(format!("{who} {joined}."))
    };
    WHO.into_iter().zip(reach).filter_map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_is_warned_of() {
        let reach = [[Reach::All, Reach::Closed, Reach::All, Reach::All], [const { Reach::Closed }; 4]];
        let text = "Everybody with the publishable key (anon) sees every row, may change every row and may delete every row.";
        assert_eq!(exposure(&reach), [text]);
    }
}
