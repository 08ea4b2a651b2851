/** A picture, dropped or picked from the data set, and the model's answer. */

import { useEffect, useRef, useState } from "react";
import { ApiError, refusal } from "../api/client";
import { imageUrl, useRows } from "../api/rows";
import type { Recipe, Run } from "../api/types";
import { Card } from "../ui/Card";
import { DropZone } from "../ui/DropZone";
import { Pager } from "../ui/Pager";
import { type Picture, Pictures } from "../ui/Pictures";
import { ProblemCard } from "../ui/Problem";
import { type Prediction, predictImage } from "./predict";
import { Result } from "./Result";
import styles from "./use.module.css";

const SHOWN = 24;

interface Question {
  name: string;
  image: Blob;
  picked: number | null;
  truth?: { [target: string]: string };
}

export function PredictImage({ run, recipe }: { run: Run; recipe: Recipe }) {
  const { ask, question, answer, error, busy } = useQuestion(run.id);
  const target = Object.keys(recipe.columns).find((name) => recipe.columns[name]?.role === "target") ?? "";

  async function pick(picture: Picture) {
    const response = await fetch(picture.src, { credentials: "same-origin" });
    if (!response.ok) throw await refusal(response);
    const image = await response.blob();
    return { name: picture.name, image, picked: picture.index, truth: { [target]: picture.label } };
  }

  return (
    <>
      <Card title="Predict one picture" className={styles.form}>
        <DropZone
          button="Choose a picture"
          accept="image/png,image/jpeg"
          onFile={(file) => ask(async () => ({ name: file.name, image: file, picked: null }))}
        >
          or drop a PNG or JPEG here. It is brought to the size the network was trained with.
        </DropZone>
        {run.dataset !== null && (
          <FromData
            dataset={run.dataset}
            picked={question?.picked ?? null}
            onPick={(picture) => ask(() => pick(picture))}
          />
        )}
      </Card>
      <Card title="Prediction">
        {!question && !error && (
          <p className={styles.hint}>Choose a picture; what the model sees in it appears here.</p>
        )}
        {question && (
          <div className={styles.asked} aria-busy={busy}>
            <Shown image={question.image} name={question.name} />
            {answer && <Result prediction={answer} truth={question.truth} />}
          </div>
        )}
        {error && (
          <ProblemCard
            title="No prediction was made"
            message={error.message}
            hint={error.hint}
            code={error.code}
          />
        )}
      </Card>
    </>
  );
}

function useQuestion(run: number) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [answer, setAnswer] = useState<Prediction | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const latest = useRef(0);

  /** A later question overtakes an earlier one that is still being answered. */
  async function ask(prepare: () => Promise<Question>) {
    latest.current += 1;
    const mine = latest.current;
    setBusy(true);
    setError(null);
    try {
      const next = await prepare();
      if (mine !== latest.current) return;
      setQuestion(next);
      setAnswer(null);
      const prediction = await predictImage(run, next.image, next.name);
      if (mine === latest.current) setAnswer(prediction);
    } catch (failure) {
      if (mine === latest.current && failure instanceof ApiError) setError(failure);
    }
    if (mine === latest.current) setBusy(false);
  }

  return { ask, question, answer, error, busy };
}

/** The picture itself, read in this browser; nothing where the file is none. */
function Shown({ image, name }: { image: Blob; name: string }) {
  const [source, setSource] = useState("");
  useEffect(() => {
    const url = URL.createObjectURL(image);
    setSource(url);
    return () => URL.revokeObjectURL(url);
  }, [image]);
  return source ? (
    <img className={styles.shown} src={source} alt={name} onError={() => setSource("")} />
  ) : null;
}

interface FromDataProps {
  dataset: number;
  picked: number | null;
  onPick: (picture: Picture) => void;
}

function FromData({ dataset, picked, onPick }: FromDataProps) {
  const [offset, setOffset] = useState(0);
  const { data } = useRows(dataset, offset, SHOWN);
  if (!data) return null;
  return (
    <section className={styles.fromData} aria-label="Pictures of the data set">
      <div className={styles.fromDataHead}>
        <span>Or pick one from the data set</span>
        <Pager noun="pictures" offset={offset} size={SHOWN} total={data.total} onMove={setOffset} />
      </div>
      <Pictures
        picked={picked}
        onPick={onPick}
        pictures={data.rows.map(([index, name, label]) => ({
          index: Number(index),
          src: imageUrl(dataset, Number(index)),
          name: String(name),
          label: String(label),
        }))}
      />
    </section>
  );
}
