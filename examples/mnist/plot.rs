//! The curves of loss and accuracy as an SVG file.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::training::Epoch;

const SIZE: (u32, u32) = (900, 400);

/// Draws the training loss on the left and the test accuracy on the right, epoch by epoch.
pub fn draw(epochs: &[Epoch], file: &Path) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(SIZE.0 / 2);
    let losses: Vec<f64> = epochs.iter().map(|epoch| f64::from(epoch.loss)).collect();
    curve(&left, "training loss", &losses, 0.0..largest(&losses) * 1.05, &RED)?;
    let accuracies: Vec<f64> = epochs.iter().map(|epoch| 100.0 * epoch.accuracy).collect();
    let floor = accuracies.iter().copied().fold(100.0, f64::min).floor() - 1.0;
    curve(&right, "test accuracy in %", &accuracies, floor..100.0, &BLUE)?;
    area.present()?;
    Ok(())
}

fn largest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::MIN_POSITIVE, f64::max)
}

/// One curve over the epochs, counted from 1.
fn curve<'a>(
    area: &DrawingArea<SVGBackend<'a>, Shift>,
    title: &str,
    values: &[f64],
    range: Range<f64>,
    colour: &RGBColor,
) -> Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(1..values.len().max(2), range)?;
    chart.configure_mesh().x_desc("epoch").x_labels(values.len().min(20)).draw()?;
    let points: Vec<(usize, f64)> = (1..).zip(values.iter().copied()).collect();
    chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?;
    chart.draw_series(points.iter().map(|&point| Circle::new(point, 3, colour.filled())))?;
    Ok(())
}
