//! Views.

use std::sync::Arc;

use tenon_model::{Code, Error, Ident, Privileges, Result, Role, schema::View};

use super::{Draft, already_exists, dependent, grant, names, policy::Misfit};
use crate::{
    expressions::{Environment, select},
    sql::Located,
    tables::{
        change::{self, Granted, ViewDef},
        step::Step,
    },
};

/// So many views may a schema have.
const MAX_VIEWS: usize = 500;

impl Draft {
    pub(super) fn create_view(&mut self, def: &ViewDef) -> Result<(), Misfit> {
        let known = self.schema.views.get(&def.name).cloned();
        if known.is_some() && !def.replace {
            return Err(already_exists(&format!("view \"{}\"", def.name)).into());
        }
        if known.is_none() {
            names::check_table(&self.schema, &def.name)?;
            if self.schema.views.len() >= MAX_VIEWS {
                return Err(Error::new(Code::TooComplex, format!("there are at most {MAX_VIEWS} views")).into());
            }
        }
        let environment = Environment { owner: !def.invoker, ..Environment::default() };
        // A view may read others, itself never.
        let mut without = (*self.schema).clone();
        without.views.shift_remove(&def.name);
        let mut made = select(&def.select, &Arc::new(without).readable(), environment, None)?;
        if def.columns.len() > made.columns.len() {
            let error = Error::new(Code::InvalidSyntax, "CREATE VIEW specifies more column names than columns");
            return Err(Located::new(error, def.at).into());
        }
        made = with_names(made, &def.columns);
        for (name, _) in &made.columns {
            if name == "?column?" {
                let error = Error::new(Code::InvalidSyntax, "a column of a view needs a name: … as name");
                return Err(Located::new(error, def.from).into());
            }
        }
        if let Some(known) = &known {
            self.check_replaced(known, &made.columns)?;
        }
        let access = known.as_ref().map_or(&self.schema.default_privileges.tables, |view| &view.access).clone();
        let view = View {
            name: def.name.clone(),
            select: made,
            sql: def.sql.clone(),
            invoker: def.invoker,
            comment: known.and_then(|view| view.comment.clone()),
            access,
        };
        self.step(Step::SetView(def.name.clone()), |schema| {
            schema.views.insert(view.name.clone(), Arc::new(view));
            schema.views.sort_keys();
        });
        Ok(())
    }

    /// As in PostgreSQL, a view that is replaced keeps its columns; further ones come behind them.
    fn check_replaced(&self, known: &View, columns: &[(Ident, tenon_model::DataType)]) -> Result<()> {
        if columns.starts_with(&known.select.columns) {
            return Ok(());
        }
        let message = format!("the columns of the view \"{}\" must stay, in their order and with their types", known.name);
        Err(Error::new(Code::Dependent, message).with_details(known.name.as_str()).with_hint("drop the view, and create it again"))
    }

    pub(super) fn drop_views(&mut self, drop: &change::Drop) -> Result<()> {
        for name in &drop.names {
            if drop.if_exists && !self.schema.views.contains_key(name) {
                continue;
            }
            self.view(name)?;
            let what = format!("view \"{name}\"");
            self.release_readers(&what, drop.cascade, &drop.names, |uses| uses.tables.contains(name))?;
            let used = |uses: &tenon_model::expression::Uses| uses.tables.contains(name);
            self.release_policies(&what, drop.cascade, &[], used)?;
            self.remove_view(name);
        }
        Ok(())
    }

    pub(super) fn remove_view(&mut self, name: &Ident) {
        self.step(Step::DropView(name.clone()), |schema| {
            schema.views.shift_remove(name);
        });
    }

    pub(super) fn view(&self, name: &Ident) -> Result<Arc<View>> {
        let missing = || Error::new(Code::UnknownTable, format!("there is no view \"{name}\"")).with_details(name.as_str());
        self.schema.views.get(name).cloned().ok_or_else(missing)
    }

    pub(super) fn edit_view(&mut self, name: &Ident, edit: impl FnOnce(&mut View)) {
        self.step(Step::SetView(name.clone()), |schema| {
            if let Some(view) = schema.views.get_mut(name) {
                edit(Arc::make_mut(view));
            }
        });
    }

    pub(super) fn set_default_privileges(
        &mut self,
        give: bool,
        tables: Privileges,
        functions: bool,
        roles: &[Ident],
    ) -> Result<()> {
        for role in roles.iter().filter(|role| **role != Role::PUBLIC) {
            self.known_role(role)?;
        }
        self.step(Step::SetDefaultPrivileges, |schema| {
            let held = &mut schema.default_privileges;
            grant::give_to(&mut held.tables, give, &[Granted { commands: tables, columns: None }], roles);
            roles.iter().filter(|_| functions).for_each(|role| held.functions.set(role, give));
        });
        Ok(())
    }

    /// Drops the views and functions that use something that is to go, or refuses because of them.
    ///
    /// # Errors
    /// [`Code::Dependent`].
    pub(super) fn release_readers(
        &mut self,
        what: &str,
        cascade: bool,
        except: &[Ident],
        used: impl Fn(&tenon_model::expression::Uses) -> bool,
    ) -> Result<()> {
        let views = self.schema.views.values().filter(|view| used(&view.select.uses()) && !except.contains(&view.name));
        let views: Vec<Ident> = views.map(|view| view.name.clone()).collect();
        let functions = self.schema.functions.values().filter(|f| used(&f.uses()) && !except.contains(&f.name));
        let functions: Vec<Ident> = functions.map(|function| function.name.clone()).collect();
        if !(cascade || (views.is_empty() && functions.is_empty())) {
            let named = |kind: &'static str| move |name: &Ident| format!("{kind} \"{name}\"");
            let all: Vec<String> = views.iter().map(named("view")).chain(functions.iter().map(named("function"))).collect();
            return Err(dependent(what, &all));
        }
        for name in views {
            let drop = change::Drop { names: vec![name], if_exists: true, cascade: true };
            self.drop_views(&drop)?;
        }
        for name in functions {
            let drop = change::Drop { names: vec![name], if_exists: true, cascade: true };
            self.drop_functions(&drop)?;
        }
        Ok(())
    }

    /// Refuses a change of what views and functions use: their text would no longer say what they do.
    ///
    /// # Errors
    /// [`Code::Dependent`].
    pub(super) fn refuse_for_readers(&self, what: &str, used: impl Fn(&tenon_model::expression::Uses) -> bool) -> Result<()> {
        let view = self.schema.views.values().find(|view| used(&view.select.uses())).map(|v| format!("view \"{}\"", v.name));
        let function = || self.schema.functions.values().find(|f| used(&f.uses())).map(|f| format!("function \"{}\"", f.name));
        let Some(reader) = view.or_else(function) else { return Ok(()) };
        Err(Error::new(Code::Dependent, format!("cannot change {what} because {reader} uses it"))
            .with_details(reader)
            .with_hint("drop it, make the change, and create it again"))
    }
}

fn with_names(mut select: tenon_model::Select, columns: &[Ident]) -> tenon_model::Select {
    let before: Vec<Ident> = select.columns.iter().map(|(name, _)| name.clone()).collect();
    for ((name, _), given) in select.columns.iter_mut().zip(columns) {
        *name = given.clone();
    }
    for key in &mut select.order {
        if let tenon_model::Expr::Of { source, name, .. } = &mut key.expr
            && *source == tenon_model::Select::OWN
            && let Some(index) = before.iter().position(|own| own == name)
        {
            *name = select.columns[index].0.clone();
        }
    }
    select
}
