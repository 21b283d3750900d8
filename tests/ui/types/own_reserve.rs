//! A method of a type's own called as one of lists that changes nothing, of values whose type is not seen.

use chainrule::{Differentiable, differentiable};

#[derive(Clone, Debug, Differentiable)]
struct Account {
    balance: f64,
}

#[differentiable]
impl Account {
    fn reserve(&mut self, amount: f64) {
        self.balance -= amount;
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Bank {
    accounts: Vec<Account>,
}

#[differentiable]
fn account(balance: f64) -> Account {
    Account { balance }
}

#[differentiable]
fn of_elements(bank: &mut Bank, orders: &[f64]) {
    for (account, order) in bank.accounts.iter_mut().zip(orders) {
        account.reserve(0.1 * order);
    }
}

#[differentiable]
fn of_a_variable(x: f64, y: f64) -> f64 {
    let mut account = account(x);
    account.reserve(y);
    account.balance
}

/// Where the type is seen it is its own.
#[differentiable]
fn typed(x: f64, y: f64) -> f64 {
    let mut account: Account = account(x);
    account.reserve(y);
    account.balance
}

fn main() {}
