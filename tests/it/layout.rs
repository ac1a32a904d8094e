//! Layout: what a reader of a drawing counts on, on drawings of every kind.

use std::fmt::Write as _;

use anabranch::graph::Flow;
use anabranch::layout::{Layout, LayoutInput, lay_out};
use anabranch::model::{
    Handoff, HandoffId, HandoffKind, LaneMode, Model, Needs, Phase, Share, Stage, StageId,
    WorldPoint, WorldSize,
};

const CARD: WorldSize = WorldSize::new(164.0, 84.0);
const PILL: WorldSize = WorldSize::new(56.0, 20.0);

/// A model in a few words: stages `name[@x,y]`, handoffs `a>b`, `a?>b` customary, `a??>b` relaxed,
/// `a<b` rework from b back to a, `a~>b` feedback.
fn model(stages: &str, handoffs: &str) -> Model {
    let mut model = Model::default();
    for word in stages.split_whitespace() {
        let (name, at) = word.split_once('@').unwrap_or((word, ""));
        let mut stage = Stage::new(StageId::new(name).unwrap(), name);
        if let Some((x, y)) = at.split_once(',') {
            stage.at.position = Some(WorldPoint::new(x.parse().unwrap(), y.parse().unwrap()));
        }
        assert!(model.stages.push(stage));
    }
    for word in handoffs.split_whitespace() {
        let end = word.find(['>', '<']).unwrap();
        let (left, right) = (&word[..end], &word[end + 1..]);
        let name = left.trim_end_matches(['?', '~']);
        let (from, to) = if word[end..].starts_with('<') {
            (right, name)
        } else {
            (name, right)
        };
        let (from, to) = (StageId::new(from).unwrap(), StageId::new(to).unwrap());
        let mut id = HandoffId::new(&format!("{from}--{to}")).unwrap();
        let mut n = 1;
        while model.handoffs.contains(id) {
            n += 1;
            id = HandoffId::new(&format!("{from}--{to}-{n}")).unwrap();
        }
        let mut handoff = Handoff::new(id, from, to);
        if word[end..].starts_with('<') {
            handoff.kind = HandoffKind::Rework { at_most: None };
            handoff.share = Share::new(0.2);
        } else if left.ends_with('~') {
            handoff.kind = HandoffKind::Feedback;
            handoff.share = Share::new(0.1);
        } else if left.ends_with('?') {
            handoff.needs = Needs::Customary;
            handoff.is_relaxed = left.ends_with("??");
        }
        assert!(model.handoffs.push(handoff));
    }
    model
}

fn laid_out(model: &Model) -> Layout {
    let flow = Flow::of(model);
    lay_out(&LayoutInput {
        model,
        flow: &flow,
        stage_size: &|_| CARD,
        label_size: &|_| Some(PILL),
    })
}

/// Draws a layout as plain SVG, to be looked at: `target/pictures/layout-NAME.svg`.
fn picture(name: &str, model: &Model) -> Layout {
    let layout = laid_out(model);
    let flow = Flow::of(model);
    let b = layout.bounds.grown(24.0);
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='{} {} {} {}' font-family='sans-serif' font-size='13'>\
         <rect x='{0}' y='{1}' width='{2}' height='{3}' fill='#fff'/>",
        b.min.x,
        b.min.y,
        b.width(),
        b.height()
    );
    for (at, lane) in layout.lanes.iter().enumerate() {
        let r = lane.rect;
        let fill = if at % 2 == 0 { "#eef1f6" } else { "#f7f8fa" };
        write!(svg, "<rect x='{}' y='{}' width='{}' height='{}' fill='{fill}'/><text x='{}' y='{}' fill='#678' font-size='10'>{}</text>",
            r.min.x, r.min.y, r.width(), r.height(), r.min.x + 12.0, r.min.y + 18.0, lane.name.replace('&', "&amp;")).unwrap();
    }
    for (rect, stage) in layout.stages.iter().zip(&model.stages) {
        write!(svg, "<rect x='{}' y='{}' width='{}' height='{}' rx='8' fill='#fff' stroke='#abc'/><text x='{}' y='{}'>{}</text>",
            rect.min.x, rect.min.y, rect.width(), rect.height(), rect.min.x + 12.0, rect.min.y + 24.0, stage.name.replace('&', "&amp;")).unwrap();
    }
    let all = layout
        .routes
        .iter()
        .zip(&flow.handoffs)
        .map(|(route, handoff)| {
            let colour = match handoff.kind {
                HandoffKind::Forward => "#556",
                HandoffKind::Rework { .. } => "#d55e00",
                HandoffKind::Feedback => "#7744cc",
            };
            (route, colour)
        });
    for (route, colour) in all.chain(layout.ghosts.iter().map(|route| (route, "#ccc"))) {
        let points: Vec<String> = route
            .points
            .iter()
            .map(|p| format!("{},{}", p.x, p.y))
            .collect();
        write!(
            svg,
            "<polyline points='{}' fill='none' stroke='{colour}' stroke-width='1.5'/>",
            points.join(" ")
        )
        .unwrap();
        if let Some(end) = route.points.last() {
            write!(
                svg,
                "<circle cx='{}' cy='{}' r='4' fill='{colour}'/>",
                end.x, end.y
            )
            .unwrap();
        }
        if let Some(label) = route.label {
            write!(svg, "<rect x='{}' y='{}' width='{}' height='{}' rx='10' fill='#fff' stroke='{colour}'/>",
                label.min.x, label.min.y, label.width(), label.height()).unwrap();
        }
    }
    svg.push_str("</svg>");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    #[expect(clippy::disallowed_methods, reason = "a picture to look at")]
    std::fs::write(folder.join(format!("layout-{name}.svg")), svg).unwrap();
    layout
}

#[test]
fn pictures() {
    let chain = "ingest>transcode transcode?>metadata metadata?>compliance compliance>publish compliance<publish ingest<compliance publish~>ingest";
    let relaxed = chain.replace("?>", "??>").replace("ingest<compliance ", "");
    let auto = "ingest transcode metadata compliance publish";
    let placed = "ingest@0,200 transcode@264,200 metadata@528,200 compliance@792,200 publish@1056,200 other@528,328 third@528,72";
    picture("chain", &model(auto, chain));
    picture("chain-relaxed", &model(auto, &relaxed));
    picture("placed", &model(placed, chain));
    picture("placed-relaxed", &model(placed, &relaxed));
    let look = "script@0,0 review@264,0 edit@528,128 transcode@792,128 legal@528,256 compliance@792,256 insight@264,384 localize@792,384 publish@1056,384";
    let ways = "script>review script<review review>edit edit>transcode edit>legal edit<legal legal>compliance compliance>localize transcode>publish localize>publish publish~>insight insight~>script";
    let mut m = model(look, ways);
    m.lane_mode = LaneMode::Phase;
    let phases = [0, 0, 1, 1, 2, 2, 3, 3, 3];
    let mut at = 0;
    m.stages.update(
        |_| true,
        |stage| {
            stage.phase = Some(Phase::STANDARD[phases[at]].clone());
            at += 1;
        },
    );
    picture("look", &m);
    m.stages.update(|_| true, |stage| stage.at.position = None);
    picture("look-auto-lanes", &m);
    m.lane_mode = LaneMode::None;
    picture("look-auto", &m);
    let fan = "a>b a>c a>d a>e b>f c>f d>f e>g f>h g>h a>h b>g a<f c<g h~>a";
    picture("fan", &model("a b c d e f g h i j k", fan));
}
