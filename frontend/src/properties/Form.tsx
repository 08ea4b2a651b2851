/** A form drawn from a schema: one control per setting, the advanced ones folded away. */

import { Button, NativeSelect, Switch, TextInput, Tooltip } from "@mantine/core";
import { Fragment, type ReactNode, useContext, useState } from "react";
import { asConfig, branchOf, type Control, defaults, type Field, writtenOut } from "../api/fields";
import type { Config, Json } from "../api/types";
import { mistypedWithin, useMistyped } from "../stores/mistyped";
import {
  AboutTarget,
  Choice,
  Choices,
  called,
  Layers,
  Source,
  useConcerned,
  useFitting,
  useNames,
} from "./choices";
import { Fold } from "./Fold";
import styles from "./Form.module.css";
import { heldBy, isRefused, isSet } from "./fieldState";
import { Gone, without } from "./Gone";
import { useInherited, Whole } from "./inherited";
import { KeepsMistyped, NumberField } from "./NumberField";

export interface FormProps {
  fields: Field[];
  value: Config;
  onChange: (name: string, value: Json) => void;
  /** What the server found wrong, by path ("optimizer.learning_rate"). */
  errors?: Record<string, string>;
  path?: string;
  /** What stands below a field, by its path ("optimizer.learning_rate"). */
  below?: Record<string, ReactNode>;
}

export function Form({ fields, value, onChange, errors = {}, path = "", below = {} }: FormProps) {
  const concerned = useConcerned();
  const shown = fields.filter(
    (field) => concerned(field) || isRefused(errors, `${path}${field.name}`) || isSet(field, value),
  );
  const plain = shown.filter((field) => !field.advanced);
  const advanced = shown.filter((field) => field.advanced);
  const keeper = useContext(KeepsMistyped);
  const wrong = useMistyped(({ fields: all }) =>
    keeper === null
      ? 0
      : advanced.reduce((sum, field) => sum + mistypedWithin(all, keeper, `${path}${field.name}`), 0),
  );
  const refused = advanced.filter((field) => isRefused(errors, `${path}${field.name}`)).length;
  const [open, setOpen] = useState(wrong + refused > 0);
  const [drawn, setDrawn] = useState(open);
  const draw = (field: Field) => (
    <Fragment key={field.name}>
      <FieldControl
        field={field}
        value={heldBy(field, value)}
        onChange={(next) => onChange(field.name, next)}
        errors={errors}
        path={`${path}${field.name}`}
        below={below}
      />
      {below[`${path}${field.name}`]}
    </Fragment>
  );
  const form = (
    <div className={styles.form}>
      {plain.map(draw)}
      {advanced.length > 0 && (
        <div className={styles.wide}>
          <Fold
            open={open}
            fields={advanced}
            wrong={wrong + refused}
            toggle={() => {
              setOpen(!open);
              setDrawn(true);
            }}
          />
        </div>
      )}
      {drawn && (
        // Folded, they stay with what was typed in them.
        <div className={open ? styles.unfolded : undefined} hidden={!open}>
          {advanced.map(draw)}
        </div>
      )}
    </div>
  );
  return path === "" ? <Whole.Provider value={{ fields, value }}>{form}</Whole.Provider> : form;
}

/** What the server refused of a group as a whole. */
const Refused = ({ error }: { error?: string }) =>
  error ? (
    <p className={styles.refused} role="alert">
      {error}
    </p>
  ) : null;

interface ControlProps {
  field: Field;
  value: Json;
  onChange: (value: Json) => void;
  errors: Record<string, string>;
  path: string;
  below?: Record<string, ReactNode>;
}

function FieldControl(props: ControlProps) {
  const { field } = props;
  const control = <Inner {...props} />;
  const words = field.control.kind === "choice" ? field.control.words : undefined;
  const long =
    field.control.kind === "choice" && field.control.options.some((one) => called(one, words).length > 14);
  const wide =
    long ||
    ["object", "union", "each", "choices", "layers", "text", "source", "raw", "boolean"].includes(
      field.control.kind,
    );
  return (
    <div className={wide ? styles.wide : undefined} data-field={field.name}>
      {["object", "union", "each"].includes(field.control.kind) ? (
        control
      ) : (
        <Tip text={field.help}>{control}</Tip>
      )}
    </div>
  );
}

const EVENTS = { hover: true, focus: false, touch: true };

function Tip({ text, children }: { text: string; children: ReactNode }) {
  if (!text) return children;
  return (
    <Tooltip label={text} multiline w={230} position="left" openDelay={500} events={EVENTS} withArrow>
      <div>{children}</div>
    </Tooltip>
  );
}

function Inner({ field, value, onChange, errors, path, below }: ControlProps) {
  const { control, label, nullable } = field;
  const error = errors[path];
  switch (control.kind) {
    case "number":
    case "numbers":
      return (
        <NumberField {...{ path, label, control, nullable, value, error, onChange }} empty={field.empty} />
      );
    case "boolean":
      return (
        <Switch
          label={label}
          size="sm"
          checked={value === true}
          error={error}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <Choice
          {...{ label, nullable, value, error, onChange, empty: field.empty }}
          options={control.options}
          words={control.words}
        />
      );
    case "choices":
      return (
        <Choices {...{ label, nullable, value, error, onChange, empty: field.empty }} control={control} />
      );
    case "layers":
      return <Layers {...{ label, value, error, onChange }} />;
    case "source":
      return <Source {...{ label, value, error, onChange, ...control }} />;
    case "each":
      return <Each {...{ field, value, onChange, errors, path, below }} control={control} />;
    case "object":
      return <Nested {...{ field, value, onChange, errors, path, below }} control={control} />;
    case "union":
      return <Union {...{ field, value, onChange, errors, path, below }} control={control} />;
    default:
      return (
        <TextInput
          label={label}
          size="sm"
          value={typeof value === "string" ? value : JSON.stringify(value)}
          readOnly={control.kind === "raw"}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function Nested({
  field,
  control,
  value,
  onChange,
  errors,
  path,
  below,
}: ControlProps & { control: Extract<Control, { kind: "object" }> }) {
  const on = value !== null;
  return (
    <fieldset className={styles.group}>
      {field.nullable ? (
        <Tip text={field.help}>
          <Switch
            label={field.label}
            size="sm"
            checked={on}
            onChange={(event) => onChange(event.currentTarget.checked ? defaults(control.fields) : null)}
          />
        </Tip>
      ) : (
        <legend>{field.label}</legend>
      )}
      <Refused error={errors[path]} />
      {on && (
        <Form
          fields={control.fields}
          value={asConfig(value)}
          errors={errors}
          path={`${path}.`}
          below={below}
          onChange={(name, next) =>
            onChange({ ...defaults(control.fields), ...asConfig(value), [name]: next })
          }
        />
      )}
    </fieldset>
  );
}

/** The value of a union that is not set. */
const UNSET = "\u0000unset";

function Union({
  field,
  control,
  value,
  onChange,
  errors,
  path,
  below,
}: ControlProps & { control: Extract<Control, { kind: "union" }> }) {
  const unset = field.nullable && value === null;
  const config = writtenOut(value, control.property);
  const chosen = unset ? UNSET : String(config[control.property] ?? control.options[0]?.value ?? "");
  const option = control.options.find((each) => each.value === chosen);
  const fits = useFitting(control.fits, field.name, chosen);
  const inherited = useInherited(control.inherits);
  const data = control.options
    .filter(({ value }) => fits(value))
    .map(({ value, label }) => ({ value, label }));
  if (field.nullable)
    data.unshift({ value: UNSET, label: inherited ? `${field.empty}: ${inherited}` : field.empty });
  return (
    <fieldset className={styles.group}>
      <Tip text={option?.help || field.help}>
        <NativeSelect
          label={field.label}
          size="sm"
          data={data}
          value={chosen}
          error={errors[path]}
          onChange={({ currentTarget: { value: next } }) =>
            onChange(next === UNSET ? null : branchOf(control, next, config))
          }
        />
      </Tip>
      {!unset && (
        <Form
          key={chosen}
          fields={option?.fields ?? []}
          value={config}
          errors={errors}
          path={`${path}.`}
          below={below}
          onChange={(name, next) => onChange({ ...branchOf(control, chosen, config), [name]: next })}
        />
      )}
    </fieldset>
  );
}

/** How many are shown at once. */
const MOST = 50;

/** The same field for every class, or for every target where there are several. */
function Each({
  field,
  control,
  value,
  onChange,
  errors,
  path,
  below,
}: ControlProps & { control: Extract<Control, { kind: "each" }> }) {
  const config = asConfig(value);
  const names = useNames(control.from);
  const about = useContext(AboutTarget);
  const [most, setMost] = useState(MOST);
  const gone = Object.keys(config).filter((name) => !names.includes(name));
  if (names.length < 2 && gone.length === 0) return null;
  return (
    <fieldset className={styles.group}>
      <legend>{field.label}</legend>
      <Refused error={errors[path]} />
      {names.length > 0 &&
        gone.map((name) => <Gone key={name} name={name} onRemove={() => onChange(without(config, name))} />)}
      <div className={styles.form}>
        {names.slice(0, most).map((name) => (
          <AboutTarget.Provider key={name} value={control.from === "targets" ? name : about}>
            <FieldControl
              field={{ ...control.item, name, label: name, help: control.item.help || field.help }}
              value={config[name] ?? control.item.initial}
              onChange={(next) => onChange({ ...config, [name]: next })}
              errors={errors}
              path={`${path}.${name}`}
              below={below}
            />
          </AboutTarget.Provider>
        ))}
      </div>
      {names.length > most && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setMost(most + MOST)}>
          Show more of the {names.length}
        </Button>
      )}
    </fieldset>
  );
}
