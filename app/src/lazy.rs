//! Groups of pages whose code the browser loads when it first shows one of them. The server renders them as any other, and
//! names their chunks in the document's head, so that a page that is opened afresh gets its own beside the main wasm. Only the
//! feature `split` needs a build that splits (`cargo leptos build --split`); without it all is in one wasm, as under
//! `cargo leptos watch`.

/// Declares a group of pages that share a chunk: a type whose values are `<Route>`'s views, and the function that the
/// browser's build splits off (with the name that `#[lazy]` gives to its preloading).
macro_rules! lazy_pages {
    ($(#[$about:meta])* $group:ident in $load:ident, $preload:ident { $($page:ident => $view:path,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        pub(crate) enum $group {
            $($page,)*
        }

        impl $group {
            fn show(self) -> ::leptos::prelude::AnyView {
                match self {
                    $(Self::$page => ::leptos::prelude::IntoAny::into_any($view()),)*
                }
            }
        }

        #[cfg(any(feature = "ssr", feature = "split"))]
        #[::leptos::lazy]
        fn $load(page: $group) -> ::leptos::prelude::AnyView {
            page.show()
        }

        #[cfg(not(any(feature = "ssr", feature = "split")))]
        async fn $load(page: $group) -> ::leptos::prelude::AnyView {
            page.show()
        }

        impl ::leptos_router::ChooseView for $group {
            async fn choose(self) -> ::leptos::prelude::AnyView {
                $load(self).await
            }

            async fn preload(&self) {
                #[cfg(feature = "split")]
                $preload().await;
            }
        }
    };
}

pub(crate) use lazy_pages;
